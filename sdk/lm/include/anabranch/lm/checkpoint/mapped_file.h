#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace anabranch::lm {

/// A regular file mapped read-only into memory for as long as the object lives; moving keeps the addresses.
/// A file that another program shortens meanwhile ends this one with SIGBUS, as with every mapped file: replace files
/// by renaming (see AtomicFile) rather than writing into them.
class MappedFile {
  public:
    /// Throws an Error that names the file when it cannot be opened, is not a regular file, or cannot be mapped.
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
    /// Says that these bytes of the mapping are done with: their memory is given back. Whoever reads them all the same
    /// has them from the file again.
    void release(std::span<const std::byte> part) const;

  private:
    std::span<const std::byte> bytes_;
};

}  // namespace anabranch::lm
