#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "anabranch/lm/archive/byte_source.h"

namespace anabranch::lm {

/// Where a JsonItemReader stands; plain values, to be saved and given to `restore`.
struct JsonItemPosition {
    std::uint64_t offset = 0;  // of the next byte of the unpacked file
    std::uint64_t line = 1;    // that it stands in
    std::uint64_t items = 0;   // read so far
    bool in_array = false;
    bool operator==(const JsonItemPosition&) const = default;
};

/// Streams the objects of a JSON file, plain or gzip: those of one array, or objects one after the other as in JSONL;
/// which of the two its first character says. Gives their text, whose inside is not checked yet. Memory is bounded by
/// the longest object. Errors name file and line. One thread at a time.
class JsonItemReader {
  public:
    static constexpr std::size_t default_maximum = std::size_t{64} << 20U;

    explicit JsonItemReader(std::filesystem::path path, std::size_t maximum_bytes = default_maximum);

    /// The text of the next object; it holds until the next call. False at the end. Anything but objects, an end that
    /// comes too early and text behind the array are Errors.
    bool next(std::string_view& text);

    /// "path:line" of the beginning of the object that `next` gave last.
    [[nodiscard]] std::string place() const;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    [[nodiscard]] const JsonItemPosition& position() const { return position_; }
    void restore(const JsonItemPosition& position);

  private:
    static constexpr int end = -1;
    int peek();
    int peek_behind_space();
    void skip();
    void scan_object();
    [[noreturn]] void fail(std::string_view problem) const;

    std::filesystem::path path_;
    std::size_t maximum_bytes_;
    std::unique_ptr<ByteSource> source_;
    JsonItemPosition position_;
    std::string buffer_;
    std::size_t at_ = 0;  // in the buffer
    std::string object_;
    std::uint64_t object_line_ = 1;
    bool finished_ = false;
};

}  // namespace anabranch::lm
