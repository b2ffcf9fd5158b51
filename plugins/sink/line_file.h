#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace anabranch::sink {

/// A file of lines that others can follow while it grows as PATH.partial, and that gets its name PATH at the end: a
/// process that dies leaves no half file under PATH. A file that stood there before is replaced then. One thread.
class LineFile {
  public:
    /// Creates PATH.partial, and the folders above it. An Error when another writer has it.
    explicit LineFile(std::filesystem::path path);
    /// Goes on after the first `bytes` of PATH.partial or, where there is none, of PATH, which becomes PATH.partial
    /// again. What came later is cut off. An Error when that is not a file with so many bytes in whole lines.
    LineFile(std::filesystem::path path, std::int64_t bytes);
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    /// Whole lines; readers see them when this returns.
    void append(std::string_view lines);
    /// When it returns, what was written survives a loss of power. Returns its bytes.
    [[nodiscard]] std::int64_t sync() const;
    /// Syncs PATH.partial and renames it to PATH. Nothing after a failed `append`: the text may end within a line.
    void finish();

  private:
    void open();
    void cut(std::int64_t bytes) const;
    [[noreturn]] static void fail(std::string_view verb, const std::filesystem::path& what);

    std::filesystem::path path_;
    std::filesystem::path partial_;
    /// Closed also when a constructor throws.
    struct Descriptor {
        int value = -1;
        Descriptor() = default;
        ~Descriptor();
        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;
    } descriptor_;
    bool whole_ = true;
};

}  // namespace anabranch::sink
