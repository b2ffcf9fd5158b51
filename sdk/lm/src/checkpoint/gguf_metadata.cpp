#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/gguf.h"
#include "cursor.h"
#include "gguf_types.h"

namespace anabranch::lm {
namespace {

template <typename Number>
Number load(std::span<const std::byte> bytes) {
    Number value;
    std::memcpy(&value, bytes.data(), sizeof(Number));
    return value;
}

// Calls `use` with the number at the head of `bytes` in its own type; false when the kind is no number.
template <typename Use>
bool with_number(GgufKind kind, std::span<const std::byte> bytes, Use&& use) {
    switch (kind) {
        case GgufKind::u8:
            return use(load<std::uint8_t>(bytes));
        case GgufKind::i8:
            return use(+load<std::int8_t>(bytes));
        case GgufKind::u16:
            return use(load<std::uint16_t>(bytes));
        case GgufKind::i16:
            return use(load<std::int16_t>(bytes));
        case GgufKind::u32:
            return use(load<std::uint32_t>(bytes));
        case GgufKind::i32:
            return use(load<std::int32_t>(bytes));
        case GgufKind::u64:
            return use(load<std::uint64_t>(bytes));
        case GgufKind::i64:
            return use(load<std::int64_t>(bytes));
        case GgufKind::f32:
            return use(load<float>(bytes));
        case GgufKind::f64:
            return use(load<double>(bytes));
        case GgufKind::boolean:
        case GgufKind::string:
        case GgufKind::array:
            return false;
    }
    return false;
}

// Reads one value; false when it is of another type or does not fit.
template <typename Value>
bool convert(GgufKind kind, std::span<const std::byte> bytes, Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
        value = !bytes.empty() && bytes[0] != std::byte{0};
        return kind == GgufKind::boolean;
    } else if constexpr (std::is_same_v<Value, float>) {
        return with_number(kind, bytes, [&]<typename Number>(Number number) {
            value = static_cast<float>(number);
            return std::is_floating_point_v<Number>;
        });
    } else {
        return with_number(kind, bytes, [&]<typename Number>(Number number) {
            if constexpr (std::is_integral_v<Number>) {
                if (!std::in_range<Value>(number)) return false;
                value = static_cast<Value>(number);
                return true;
            }
            return false;
        });
    }
}

bool convert(GgufKind kind, std::span<const std::byte> bytes, std::string& value) {
    if (kind != GgufKind::string) return false;
    value = Cursor("", bytes).string("");
    return true;
}

// All values of an array; a string's bytes are as long as its length says.
template <typename Element>
bool convert_all(const GgufValue& stored, std::vector<Element>& values) {
    const auto kind = static_cast<GgufKind>(stored.type);
    values.resize(static_cast<std::size_t>(stored.count));
    std::size_t position = 0;
    return std::ranges::all_of(values, [&](Element& value) {
        const auto rest = stored.bytes.subspan(position);
        const std::uint64_t fixed = gguf_kind_bytes[stored.type];
        position += kind == GgufKind::string ? 8 + load<std::uint64_t>(rest) : fixed;
        return convert(kind, rest, value);
    });
}

template <typename Value>
constexpr std::string_view description;
template <>
constexpr std::string_view description<std::string> = "a string";
template <>
constexpr std::string_view description<std::uint64_t> = "an integer from 0 on";
template <>
constexpr std::string_view description<float> = "a float";
template <>
constexpr std::string_view description<bool> = "a bool";
template <>
constexpr std::string_view description<std::vector<std::string>> = "an array of strings";
template <>
constexpr std::string_view description<std::vector<std::int64_t>> = "an array of integers";
template <>
constexpr std::string_view description<std::vector<float>> = "an array of floats";

bool read_into(const GgufValue& stored, auto& value) {
    return !stored.array && convert(static_cast<GgufKind>(stored.type), stored.bytes, value);
}

template <typename Element>
bool read_into(const GgufValue& stored, std::vector<Element>& values) {
    return stored.array && convert_all(stored, values);
}

}  // namespace

template <typename Value>
std::optional<Value> GgufFile::find(std::string_view key) const {
    const auto found = metadata_.find(key);
    if (found == metadata_.end()) return std::nullopt;
    const GgufValue& stored = found->second;
    Value value{};
    if (read_into(stored, value)) return value;
    throw Error(cat(name_, ": the metadata value \"", key, "\" is ", stored.array ? "an array of type " : "of type ",
                    gguf_kind_names[stored.type], " or out of range; expected ", description<Value>));
}

template <typename Value>
Value GgufFile::get(std::string_view key) const {
    if (auto value = find<Value>(key)) return *std::move(value);
    throw Error(cat(name_, ": has no metadata value \"", key, "\"; expected ", description<Value>,
                    ". Is this a model of the right kind?"));
}

template std::optional<std::string> GgufFile::find(std::string_view) const;
template std::optional<std::uint64_t> GgufFile::find(std::string_view) const;
template std::optional<float> GgufFile::find(std::string_view) const;
template std::optional<bool> GgufFile::find(std::string_view) const;
template std::optional<std::vector<std::string>> GgufFile::find(std::string_view) const;
template std::optional<std::vector<std::int64_t>> GgufFile::find(std::string_view) const;
template std::optional<std::vector<float>> GgufFile::find(std::string_view) const;
template std::string GgufFile::get(std::string_view) const;
template std::uint64_t GgufFile::get(std::string_view) const;
template float GgufFile::get(std::string_view) const;
template bool GgufFile::get(std::string_view) const;
template std::vector<std::string> GgufFile::get(std::string_view) const;
template std::vector<std::int64_t> GgufFile::get(std::string_view) const;
template std::vector<float> GgufFile::get(std::string_view) const;

const GgufTensor* GgufFile::find_tensor(std::string_view name) const {
    const auto found = tensor_index_.find(name);
    return found == tensor_index_.end() ? nullptr : &tensors_[found->second];
}

const GgufTensor& GgufFile::tensor(std::string_view name) const {
    if (const GgufTensor* found = find_tensor(name)) return *found;
    const std::string_view family = name.substr(0, name.find('.'));
    std::string near;
    for (const auto& [other, index] : tensor_index_) {
        if (other.starts_with(family) && near.size() < 300) near += (near.empty() ? "" : ", ") + other;
    }
    throw Error(cat(name_, ": has no tensor \"", name, "\" among its ", tensors_.size(), " tensors",
                    near.empty() ? "" : cat("; those that begin alike: ", near)));
}

}  // namespace anabranch::lm
