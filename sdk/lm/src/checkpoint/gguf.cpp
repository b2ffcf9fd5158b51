#include "anabranch/lm/checkpoint/gguf.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <utility>

#include "anabranch/error.h"
#include "cursor.h"
#include "gguf_types.h"

namespace anabranch::lm {
namespace {

constexpr std::uint64_t largest_int64 = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t longest_name = 65535;
constexpr std::uint32_t most_dimensions = 4;

GgufKind read_kind(Cursor& cursor, const std::string& what) {
    const std::size_t start = cursor.position();
    const auto kind = cursor.number<std::uint32_t>(what);
    if (kind >= gguf_kind_names.size()) {
        cursor.fail(start, cat(what, " is ", kind, "; GGUF has the value types 0 to ", gguf_kind_names.size() - 1));
    }
    return static_cast<GgufKind>(kind);
}

void skip_values(Cursor& cursor, GgufKind kind, std::uint64_t count, const std::string& what) {
    if (kind == GgufKind::string) {
        for (std::uint64_t i = 0; i < count; ++i) cursor.string(what);
        return;
    }
    const std::size_t start = cursor.position();
    const std::uint64_t size = gguf_kind_bytes[static_cast<std::size_t>(kind)];
    // `count` fits the remaining bytes at one byte each, so the product cannot overflow.
    const auto values = cursor.take(count * size, what);
    if (kind != GgufKind::boolean) return;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::to_integer<int>(values[i]) > 1)
            cursor.fail(start + i, cat(what, " is a bool that is neither 0 nor 1"));
    }
}

GgufValue read_value(Cursor& cursor, std::span<const std::byte> file, const std::string& key) {
    GgufValue value;
    const std::string what = cat("the value of \"", key, "\"");
    GgufKind kind = read_kind(cursor, cat("the type of \"", key, "\""));
    if (kind == GgufKind::array) {
        value.array = true;
        const std::size_t start = cursor.position();
        kind = read_kind(cursor, cat("the element type of \"", key, "\""));
        if (kind == GgufKind::array)
            cursor.fail(start, cat(what, " is an array of arrays, which this reader has no use for"));
        const std::uint64_t least = kind == GgufKind::string ? 8 : gguf_kind_bytes[static_cast<std::size_t>(kind)];
        value.count = cursor.count(least, cat("the length of \"", key, "\""));
    }
    const std::size_t start = cursor.position();
    skip_values(cursor, kind, value.count, what);
    value.type = static_cast<std::uint32_t>(kind);
    value.bytes = file.subspan(start, cursor.position() - start);
    return value;
}

std::string read_name(Cursor& cursor, const char* what) {
    const std::size_t start = cursor.position();
    const std::string_view name = cursor.string(what);
    if (name.empty() || name.size() > longest_name) {
        cursor.fail(start, cat(what, " has ", name.size(), " bytes; expected 1 to ", longest_name));
    }
    return std::string(name);
}

// A tensor's place in the data section, relative until the section's start is known.
struct Place {
    std::uint64_t offset;
    std::uint64_t size;
    std::size_t described_at;
};

std::uint64_t multiplied(Cursor& cursor, std::size_t start, std::uint64_t a, std::uint64_t b, const std::string& name) {
    if (b != 0 && a > largest_int64 / b)
        cursor.fail(start, cat("tensor \"", name, "\" has more elements than 63 bits count"));
    return a * b;
}

std::pair<GgufTensor, Place> read_tensor(Cursor& cursor) {
    GgufTensor tensor;
    tensor.name = read_name(cursor, "a tensor's name");
    const std::size_t start = cursor.position();
    const auto rank = cursor.number<std::uint32_t>("a tensor's number of dimensions");
    if (rank > most_dimensions) {
        cursor.fail(start,
                    cat("tensor \"", tensor.name, "\" has ", rank, " dimensions; GGUF allows ", most_dimensions));
    }
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < rank; ++i) {
        const auto length = cursor.number<std::uint64_t>("a tensor's dimension");
        if (length > largest_int64) cursor.fail(start, cat("tensor \"", tensor.name, "\" has the dimension ", length));
        elements = multiplied(cursor, start, elements, length, tensor.name);
        tensor.dimensions.push_back(static_cast<std::int64_t>(length));
    }
    tensor.shape.assign(tensor.dimensions.rbegin(), tensor.dimensions.rend());

    const std::size_t type_at = cursor.position();
    const auto type_id = cursor.number<std::uint32_t>("a tensor's type");
    const auto type = find_ggml_type(type_id);
    if (!type) cursor.fail(type_at, cat("tensor \"", tensor.name, "\" has the unknown type ", type_id));
    tensor.type = *type;
    const auto row = rank == 0 ? std::uint64_t{1} : static_cast<std::uint64_t>(tensor.dimensions[0]);
    if (row % type->block_elements != 0) {
        cursor.fail(start, cat("tensor \"", tensor.name, "\" has rows of ", row, " elements; ", type->name,
                               " needs a multiple of ", type->block_elements));
    }
    const std::uint64_t size =
        multiplied(cursor, start, elements / type->block_elements, type->block_bytes, tensor.name);
    const auto offset = cursor.number<std::uint64_t>("a tensor's offset");
    return {std::move(tensor), Place{offset, size, start}};
}

void check_apart(const Cursor& cursor, const std::vector<GgufTensor>& tensors, const std::vector<Place>& places) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].size > 0) order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return places[i].offset; });
    for (std::size_t i = 1; i < order.size(); ++i) {
        const Place& before = places[order[i - 1]];
        const Place& after = places[order[i]];
        if (after.offset < before.offset + before.size) {
            cursor.fail(after.described_at, cat("tensor \"", tensors[order[i]].name, "\" overlaps tensor \"",
                                                tensors[order[i - 1]].name, "\" in the data section"));
        }
    }
}

}  // namespace

std::size_t GgufTensor::element_count() const {
    std::size_t count = 1;
    for (const std::int64_t length : dimensions) count *= static_cast<std::size_t>(length);
    return count;
}

GgufFile::GgufFile(const std::filesystem::path& path) : file_(std::in_place, path), name_(path.string()) {
    read(file_->bytes());
}

GgufFile::GgufFile(std::string name, std::span<const std::byte> bytes) : name_(std::move(name)) {
    read(bytes);
}

void GgufFile::read(std::span<const std::byte> bytes) {
    Cursor cursor(name_, bytes);
    const auto magic = cursor.take(4, "the magic number");
    if (std::string_view(reinterpret_cast<const char*>(magic.data()), 4) != "GGUF") {
        cursor.fail(0, "is not a GGUF file: the first four bytes should be \"GGUF\"");
    }
    version_ = cursor.number<std::uint32_t>("the version");
    if (version_ > 0 && (version_ & 0xFFFF) == 0) {
        cursor.fail(4, "is a big-endian GGUF file; convert it to little endian (gguf-convert-endian does)");
    }
    if (version_ != 2 && version_ != 3) {
        cursor.fail(4, cat("has GGUF version ", version_, "; versions 2 and 3 are read, convert the model again"));
    }
    // The smallest tensor description takes 24 bytes, the smallest key with its value 14.
    const std::uint64_t tensor_count = cursor.count(24, "the number of tensors");
    const std::uint64_t value_count = cursor.count(14, "the number of metadata values");

    for (std::uint64_t i = 0; i < value_count; ++i) {
        const std::size_t start = cursor.position();
        const std::string key = read_name(cursor, "a metadata key");
        const GgufValue value = read_value(cursor, bytes, key);
        if (!metadata_.emplace(key, value).second)
            cursor.fail(start, cat("the metadata key \"", key, "\" stands twice"));
    }

    std::vector<Place> places;
    for (std::uint64_t i = 0; i < tensor_count; ++i) {
        const std::size_t start = cursor.position();
        auto [tensor, place] = read_tensor(cursor);
        if (!tensor_index_.emplace(tensor.name, tensors_.size()).second) {
            cursor.fail(start, cat("the tensor \"", tensor.name, "\" stands twice"));
        }
        tensors_.push_back(std::move(tensor));
        places.push_back(place);
    }
    if (tensors_.empty()) return;  // a vocabulary alone: nothing follows

    const std::uint64_t alignment = find<std::uint64_t>("general.alignment").value_or(32);
    if (!std::has_single_bit(alignment) || alignment > (std::uint64_t{1} << 30)) {
        throw Error(cat(name_, ": general.alignment is ", alignment, "; expected a power of two up to 2^30"));
    }
    const std::uint64_t padding = (alignment - cursor.position() % alignment) % alignment;
    cursor.take(padding, "the padding before the data section");
    const std::span<const std::byte> data = bytes.subspan(cursor.position());
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        const auto [offset, size, start] = places[i];
        if (offset % alignment != 0) {
            cursor.fail(start, cat("tensor \"", tensors_[i].name, "\" has the offset ", offset,
                                   ", which is not a multiple of the alignment ", alignment));
        }
        if (offset > data.size() || size > data.size() - offset) {
            cursor.fail(start,
                        cat("tensor \"", tensors_[i].name, "\" lies at ", offset, " + ", size, " in a data section of ",
                            data.size(), " bytes; the file is truncated or damaged, get it again"));
        }
        tensors_[i].bytes = data.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    }
    check_apart(cursor, tensors_, places);
}

}  // namespace anabranch::lm
