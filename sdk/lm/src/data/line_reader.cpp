#include "anabranch/lm/data/line_reader.h"

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 16U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

LineReader::LineReader(std::filesystem::path path, std::size_t maximum_line_bytes)
    : path_(std::move(path)), maximum_line_bytes_(maximum_line_bytes), source_(open_bytes(path_)) {}

bool LineReader::next(std::string_view& line) {
    std::size_t end = 0;
    while ((end = buffer_.find('\n', scanned_)) == std::string::npos) {
        scanned_ = buffer_.size();
        if (scanned_ - begin_ > maximum_line_bytes_ || !read_more()) break;
    }
    const bool terminated = end != std::string::npos;
    if (!terminated) end = buffer_.size();
    if (end - begin_ > maximum_line_bytes_) {
        throw Error(cat(path_.string(), ':', position_.lines + 1, ": the line is longer than ", maximum_line_bytes_,
                        " bytes, the most that is read; is this a file of lines?"));
    }
    if (!terminated && end == begin_) return false;
    line = std::string_view(buffer_).substr(begin_, end - begin_);
    scanned_ = begin_ = terminated ? end + 1 : end;
    if (position_.offset == 0 && line.starts_with(byte_order_mark)) {
        position_.offset += byte_order_mark.size();
        line.remove_prefix(byte_order_mark.size());
    }
    position_.offset += line.size() + (terminated ? 1 : 0);
    ++position_.lines;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
}

bool LineReader::read_more() {
    if (at_end_) return false;
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    const std::size_t size = buffer_.size();
    buffer_.resize(size + chunk_bytes);
    const std::size_t read = source_->read(std::span(buffer_).subspan(size));
    buffer_.resize(size + read);
    at_end_ = read < chunk_bytes;
    return read > 0;
}

void LineReader::restore(const LinePosition& position) {
    source_->seek(position.offset);
    position_ = position;
    buffer_.clear();
    scanned_ = begin_ = 0;
    at_end_ = false;
}

std::string LineReader::place() const {
    return cat(path_.string(), ':', position_.lines);
}

}  // namespace anabranch::lm
