#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "anabranch/lm/archive/byte_source.h"

namespace anabranch::lm {

/// Where a LineReader stands: the next line's first byte in the unpacked text and the number of lines before it.
struct LinePosition {
    std::uint64_t offset = 0;
    std::uint64_t lines = 0;
    bool operator==(const LinePosition&) const = default;
};

/// Reads a text file, plain or gzip, line by line in memory bounded by the longest line allowed. LF or CRLF; a byte
/// order mark in front and a missing newline at the end do not matter. One thread at a time.
class LineReader {
  public:
    static constexpr std::size_t default_maximum = std::size_t{64} << 20U;

    explicit LineReader(std::filesystem::path path, std::size_t maximum_line_bytes = default_maximum);

    /// The next line without its end; the view holds until the next call. False at the end of the file. A line that is
    /// too long is an Error.
    bool next(std::string_view& line);

    [[nodiscard]] const LinePosition& position() const { return position_; }
    void restore(const LinePosition& position);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// "path:line" of the line that `next` gave last.
    [[nodiscard]] std::string place() const;

  private:
    bool read_more();

    std::filesystem::path path_;
    std::size_t maximum_line_bytes_;
    std::unique_ptr<ByteSource> source_;
    LinePosition position_;
    std::string buffer_;
    std::size_t begin_ = 0;    // of what is not yet given out
    std::size_t scanned_ = 0;  // up to here there is no newline
    bool at_end_ = false;
};

}  // namespace anabranch::lm
