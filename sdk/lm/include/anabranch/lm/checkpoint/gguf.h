#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/checkpoint/ggml_type.h"
#include "anabranch/lm/checkpoint/mapped_file.h"

namespace anabranch::lm {

/// One tensor of a GGUF file. `bytes` points into the file's mapping.
struct GgufTensor {
    std::string name;
    std::vector<std::int64_t> dimensions;  // as the file has them: the fastest-moving first
    std::vector<std::int64_t> shape;       // row-major: `dimensions` reversed, so that [rows, columns]
    GgmlType type{};
    std::span<const std::byte> bytes;

    [[nodiscard]] std::size_t element_count() const;
};

/// A metadata value as it lies in the file; GgufFile::get reads it.
struct GgufValue {
    std::uint32_t type = 0;  // of the value, or of an array's elements
    bool array = false;
    std::uint64_t count = 1;
    std::span<const std::byte> bytes;  // the numbers; for strings each with its length before it
};

/// A GGUF file (version 2 or 3, little endian), mapped into memory and checked throughout when it is opened: every
/// length against the file's size, names unique, tensors aligned, inside the file and apart. Whatever is wrong is an
/// Error with the file's name and the byte offset. Const methods may be called from several threads.
class GgufFile {
  public:
    explicit GgufFile(const std::filesystem::path& path);
    /// Reads from memory that the caller keeps alive; `name` stands for the path in messages.
    GgufFile(std::string name, std::span<const std::byte> bytes);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint32_t version() const { return version_; }

    /// A metadata value. `Value` is std::string, std::uint64_t (any integer type that holds it), float (also from f64),
    /// bool, or std::vector of std::string, std::int64_t, float. Missing or of another type: an Error that says so.
    template <typename Value>
    [[nodiscard]] Value get(std::string_view key) const;
    /// The same, or nothing when the key is missing. A value of another type is still an Error.
    template <typename Value>
    [[nodiscard]] std::optional<Value> find(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return metadata_.contains(key); }
    [[nodiscard]] const std::map<std::string, GgufValue, std::less<>>& metadata() const { return metadata_; }

    /// The tensors in the order of the file.
    [[nodiscard]] const std::vector<GgufTensor>& tensors() const { return tensors_; }
    [[nodiscard]] const GgufTensor* find_tensor(std::string_view name) const;
    /// Missing: an Error with the names that come nearest.
    [[nodiscard]] const GgufTensor& tensor(std::string_view name) const;

    /// Gives back the memory that reading the tensor took; see MappedFile.
    void release(const GgufTensor& tensor) const {
        if (file_) file_->release(tensor.bytes);
    }

  private:
    void read(std::span<const std::byte> bytes);

    std::optional<MappedFile> file_;
    std::string name_;
    std::uint32_t version_ = 0;
    std::map<std::string, GgufValue, std::less<>> metadata_;
    std::vector<GgufTensor> tensors_;
    std::map<std::string, std::size_t, std::less<>> tensor_index_;
};

}  // namespace anabranch::lm
