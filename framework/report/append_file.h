#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace anabranch::framework {

/// A file that grows by whole pieces, each there for readers as soon as `append` returns: whenever the process ends,
/// the file ends after a piece. One thread at a time.
class AppendFile {
  public:
    /// Creates the file; throws when it exists or cannot be made.
    explicit AppendFile(std::filesystem::path path);
    /// Goes on with a file after its first `size` bytes; what came later is cut off. Throws when it has fewer.
    AppendFile(std::filesystem::path path, std::int64_t size);
    ~AppendFile();
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;

    /// Throws when not all of it could be written; none of it is in the file then.
    void append(std::string_view piece);
    /// When it returns, all that was appended survives a loss of power.
    void sync() const;
    [[nodiscard]] std::int64_t size() const { return size_; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::int64_t size_ = 0;
};

}  // namespace anabranch::framework
