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

#include "anabranch/lm/checkpoint/mapped_file.h"

namespace anabranch::lm {

/// A tensor as a safetensors file has it: `dtype` in the format's spelling ("F32", "BF16", "I64"), `bytes` row-major.
struct SafetensorsTensor {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// A safetensors file, mapped into memory and checked when it is opened: the header's size, every tensor's bytes
/// against its dtype and shape, and that the tensors fill the data without overlap, hole or rest. Whatever is wrong is
/// an Error with the file's name and the tensor's. Const methods may be called from several threads.
class SafetensorsFile {
  public:
    explicit SafetensorsFile(const std::filesystem::path& path);
    /// Reads from memory that the caller keeps alive; `name` stands for the path in messages.
    SafetensorsFile(std::string name, std::span<const std::byte> bytes);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::map<std::string, SafetensorsTensor, std::less<>>& tensors() const { return tensors_; }
    /// Missing: an Error that says what there is.
    [[nodiscard]] const SafetensorsTensor& tensor(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return tensors_.contains(name); }
    /// The texts under `__metadata__`.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& metadata() const { return metadata_; }

    /// Gives back the memory that reading the tensor took; see MappedFile.
    void release(const SafetensorsTensor& tensor) const {
        if (file_) file_->release(tensor.bytes);
    }

  private:
    void read(std::span<const std::byte> bytes);

    std::optional<MappedFile> file_;
    std::string name_;
    std::map<std::string, SafetensorsTensor, std::less<>> tensors_;
    std::map<std::string, std::string, std::less<>> metadata_;
};

/// A tensor to write; the bytes stay the caller's.
struct SafetensorsEntry {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// Writes the tensors, widest dtype first and then by name, so that the same content gives the same file and each
/// tensor is aligned to its dtype. The file appears whole or not at all (see AtomicFile). Errors: a name twice or
/// empty, an unknown dtype, bytes that do not fit the shape, whatever the disk says.
void write_safetensors(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries,
                       const std::map<std::string, std::string>& metadata = {});

/// The same with the bytes made one tensor after the other, for a file larger than memory: `bytes` of an entry are not
/// looked at, those of entries[i] are what `bytes(i)` gives, valid until the next call.
void write_safetensors(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries,
                       const std::function<std::span<const std::byte>(std::size_t)>& bytes,
                       const std::map<std::string, std::string>& metadata = {});

/// Bytes of one element of a dtype, or nothing when the format has no such dtype.
[[nodiscard]] std::optional<std::size_t> safetensors_dtype_bytes(std::string_view dtype);

}  // namespace anabranch::lm
