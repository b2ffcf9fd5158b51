#pragma once

#include <filesystem>
#include <string_view>

namespace anabranch::sink {

/// A file of lines that others can follow while it grows as PATH.partial, and that gets its name PATH at the end: a
/// process that dies leaves no half file under PATH. A file that stood there before is replaced then. One thread.
class LineFile {
  public:
    /// Creates PATH.partial, and the folders above it. An Error when another writer has it.
    explicit LineFile(std::filesystem::path path);
    ~LineFile();
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    /// Whole lines; readers see them when this returns.
    void append(std::string_view lines);
    /// Syncs PATH.partial and renames it to PATH. Nothing after a failed `append`: the text may end within a line.
    void finish();

  private:
    [[noreturn]] void fail(std::string_view verb, const std::filesystem::path& what);

    std::filesystem::path path_;
    std::filesystem::path partial_;
    int descriptor_ = -1;
    bool whole_ = true;
};

}  // namespace anabranch::sink
