#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace anabranch {

/// A file that appears whole or not at all: written beside its place under a temporary name, synced to the disk, and
/// renamed there by `commit`. Without a commit, or when anything fails, the temporary is removed and a file that
/// already stood there is untouched. Errors name the file and what the system said. One thread.
class AtomicFile {
  public:
    /// Creates the temporary in the folder of `target`, which must exist.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);

    /// Syncs, renames and syncs the folder. When it returns, the file survives a loss of power. At most once.
    void commit();

  private:
    void write_out(std::span<const std::byte> bytes);
    void close();
    [[noreturn]] void fail(const char* verb) const;

    std::filesystem::path target_;
    std::filesystem::path temporary_;
    int descriptor_ = -1;
    std::vector<std::byte> buffer_;
};

/// Makes renames and new names in a folder durable.
void sync_directory(const std::filesystem::path& directory);

}  // namespace anabranch
