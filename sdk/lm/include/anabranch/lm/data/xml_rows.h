#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anabranch::lm {

/// A place in a file, unpacked: byte offset from 0, line and column from 1.
struct FilePlace {
    std::uint64_t offset = 0;
    std::uint64_t line = 1;
    std::uint64_t column = 1;
    bool operator==(const FilePlace&) const = default;
};

/// One `<row .../>` of a dump. The views hold until the reader moves on.
class XmlRow {
  public:
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& attributes() const {
        return attributes_;
    }
    [[nodiscard]] const FilePlace& place() const { return place_; }

  private:
    friend class XmlRowReader;
    std::string text_;  // what the views show
    std::vector<std::pair<std::string_view, std::string_view>> attributes_;
    FilePlace place_;
};

struct XmlRowOptions {
    std::string root = "posts";
    std::string member = "Posts.xml";  // the file's name, if `path` is a .7z archive
    std::size_t chunk_bytes = std::size_t{1} << 18U;
    /// A row that is longer is an error: it bounds the memory.
    std::size_t maximum_row_bytes = std::size_t{16} << 20U;
};

/// Pulls the rows of a Stack Exchange dump's XML file one by one, in memory bounded by the largest row. The file may be
/// packed: gzip, or a .7z archive as dumps are published.
///
/// UTF-8, with or without a byte order mark, LF or CRLF. A DOCTYPE is allowed, entity declarations are not. Errors name
/// file, line and column. One thread at a time.
class XmlRowReader {
  public:
    explicit XmlRowReader(std::filesystem::path path, XmlRowOptions options = {});
    ~XmlRowReader();
    XmlRowReader(XmlRowReader&&) noexcept;
    XmlRowReader& operator=(XmlRowReader&&) noexcept;

    /// The next row, or null at the end of a complete file. The row belongs to the reader.
    [[nodiscard]] const XmlRow* next();

    /// Where the row that `next` gave last begins; to go on behind it, `resume_after` that place in a new reader.
    [[nodiscard]] const std::optional<FilePlace>& last_row() const { return last_row_; }
    /// Moves behind the row that begins at `place`, without parsing what is before it.
    void resume_after(const FilePlace& place);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Throws an Error "file:line:column: problem" for a place in this file.
    [[noreturn]] void fail(const FilePlace& place, const std::string& problem) const;

  private:
    class Parser;
    std::filesystem::path path_;
    XmlRowOptions options_;
    std::optional<FilePlace> last_row_;
    std::unique_ptr<Parser> parser_;
};

}  // namespace anabranch::lm
