#include "anabranch/lm/checkpoint/gguf_write.h"

#include <set>
#include <string_view>
#include <type_traits>

#include "anabranch/atomic_file.h"
#include "anabranch/error.h"
#include "gguf_types.h"
#include "safetensors_layout.h"

namespace anabranch::lm {
namespace {

constexpr std::uint64_t alignment = 32;  // what readers take when general.alignment is not given

std::uint64_t padding_after(std::uint64_t size) {
    return (alignment - size % alignment) % alignment;
}

/// The part of the file before the tensors' data.
class Header {
  public:
    template <typename Number>
    void number(Number value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(std::string_view value) {
        number<std::uint64_t>(value.size());
        bytes_ += value;
    }
    void value(const GgufMetadataValue& value) {
        std::visit([this](const auto& held) { one(held); }, value);
    }
    void magic() { bytes_ += "GGUF"; }
    void pad() { bytes_.append(padding_after(bytes_.size()), '\0'); }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

  private:
    void kind(GgufKind kind) { number(static_cast<std::uint32_t>(kind)); }

    template <typename Value>
    static constexpr GgufKind kind_of() {
        if constexpr (std::is_same_v<Value, std::uint32_t>) {
            return GgufKind::u32;
        } else if constexpr (std::is_same_v<Value, std::int32_t>) {
            return GgufKind::i32;
        } else if constexpr (std::is_same_v<Value, float>) {
            return GgufKind::f32;
        } else if constexpr (std::is_same_v<Value, bool>) {
            return GgufKind::boolean;
        } else {
            return GgufKind::string;
        }
    }
    template <typename Value>
    void plain(const Value& value) {
        if constexpr (std::is_same_v<Value, std::string>) {
            text(value);
        } else {
            number(value);
        }
    }
    template <typename Value>
    void one(const Value& value) {
        kind(kind_of<Value>());
        plain(value);
    }
    template <typename Element>
    void one(const std::vector<Element>& values) {
        kind(GgufKind::array);
        kind(kind_of<Element>());
        number<std::uint64_t>(values.size());
        for (const Element& value : values) plain(value);
    }

    std::string bytes_;
};

std::uint64_t size_of(const std::filesystem::path& path, const GgufEntry& tensor) {
    const std::int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
    const auto elements = tensor_bytes(1, tensor.shape);
    if (!elements || static_cast<std::uint64_t>(row) % tensor.type.block_elements != 0) {
        throw Error(cat(path.string(), ": tensor \"", tensor.name, "\" has a shape that ", tensor.type.name,
                        " cannot hold: rows of ", row, " elements"));
    }
    return *elements / tensor.type.block_elements * tensor.type.block_bytes;
}

}  // namespace

void write_gguf(const std::filesystem::path& path, const GgufMetadata& metadata, std::span<const GgufEntry> tensors,
                const std::function<std::span<const std::byte>(std::size_t)>& bytes) {
    std::set<std::string_view> names;
    const auto new_name = [&](const std::string& name, std::string_view what) {
        if (name.empty()) throw Error(cat(path.string(), ": a ", what, " without a name"));
        if (!names.insert(name).second) throw Error(cat(path.string(), ": the ", what, " \"", name, "\" twice"));
    };
    Header header;
    header.magic();
    header.number<std::uint32_t>(3);
    header.number<std::uint64_t>(tensors.size());
    header.number<std::uint64_t>(metadata.size());
    for (const auto& [key, value] : metadata) {
        new_name(key, "metadata key");
        header.text(key);
        header.value(value);
    }
    names.clear();
    std::uint64_t offset = 0;
    std::vector<std::uint64_t> sizes;
    for (const GgufEntry& tensor : tensors) {
        new_name(tensor.name, "tensor");
        header.text(tensor.name);
        header.number(static_cast<std::uint32_t>(tensor.shape.size()));
        for (auto length = tensor.shape.rbegin(); length != tensor.shape.rend(); ++length)
            header.number(static_cast<std::uint64_t>(*length));
        header.number(tensor.type.id);
        header.number(offset);
        sizes.push_back(size_of(path, tensor));
        offset += sizes.back() + padding_after(sizes.back());
    }
    header.pad();

    AtomicFile file(path);
    file.write(header.bytes());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto content = bytes(i);
        if (content.size() != sizes[i]) {
            throw Error(cat(path.string(), ": tensor \"", tensors[i].name, "\" has ", content.size(),
                            " bytes, its type and shape take ", sizes[i]));
        }
        file.write(content);
        file.write(std::string(padding_after(sizes[i]), '\0'));
    }
    file.commit();
}

}  // namespace anabranch::lm
