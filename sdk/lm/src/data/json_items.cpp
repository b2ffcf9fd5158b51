#include "anabranch/lm/data/json_items.h"

#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 16U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

JsonItemReader::JsonItemReader(std::filesystem::path path, std::size_t maximum_bytes)
    : path_(std::move(path)), maximum_bytes_(maximum_bytes), source_(open_bytes(path_)) {}

int JsonItemReader::peek() {
    if (at_ == buffer_.size()) {
        buffer_.resize(chunk_bytes);
        buffer_.resize(source_->read(buffer_));
        at_ = 0;
        if (buffer_.empty()) return end;
    }
    return static_cast<unsigned char>(buffer_[at_]);
}

void JsonItemReader::skip() {
    if (buffer_[at_++] == '\n') ++position_.line;
    ++position_.offset;
}

int JsonItemReader::peek_behind_space() {
    int c = peek();
    if (position_.offset == 0 && buffer_.starts_with(byte_order_mark)) {
        for (std::size_t i = 0; i < byte_order_mark.size(); ++i) skip();
        c = peek();
    }
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        skip();
        c = peek();
    }
    return c;
}

bool JsonItemReader::next(std::string_view& text) {
    if (finished_) return false;
    int c = peek_behind_space();
    const bool first = position_.items == 0;
    if (first && !position_.in_array && c == '[') {
        position_.in_array = true;
        skip();
        c = peek_behind_space();
    } else if (position_.in_array && !first && c == ',') {
        skip();
        c = peek_behind_space();
        if (c == ']') fail("expected an object behind the comma");
    } else if (position_.in_array && !first && c != ']' && c != end) {
        fail("expected a comma or the array's end behind an object");
    }
    if (position_.in_array && c == ']') {
        skip();
        if (peek_behind_space() != end) fail("text behind the array");
        finished_ = true;
    } else if (c == end) {
        if (position_.in_array) fail("the file ends inside the array: it was cut off");
        finished_ = true;
    }
    if (finished_) {
        if (first) fail("no rows; expected an array of objects, or one object a line");
        return false;
    }
    if (c != '{') fail("expected an object: the file is an array of objects, or has one a line");
    scan_object();
    ++position_.items;
    text = object_;
    return true;
}

void JsonItemReader::scan_object() {
    object_.clear();
    object_line_ = position_.line;
    std::size_t depth = 0;
    bool in_string = false;
    do {
        const int next = peek();
        if (next == end) fail(cat("the file ends inside the object that begins in line ", object_line_));
        const char c = static_cast<char>(next);
        object_ += c;
        skip();
        if (in_string) {
            if (c == '"') in_string = false;
            if (c == '\\' && peek() != end) {
                object_ += static_cast<char>(peek());
                skip();
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
        if (object_.size() > maximum_bytes_) {
            fail(cat("an object of more than ", maximum_bytes_, " bytes, the most that is read; is a quote missing?"));
        }
    } while (depth > 0);
}

std::string JsonItemReader::place() const {
    return cat(path_.string(), ':', object_line_);
}

void JsonItemReader::fail(std::string_view problem) const {
    throw Error(cat(path_.string(), ':', position_.line, ": ", problem));
}

void JsonItemReader::restore(const JsonItemPosition& position) {
    source_->seek(position.offset);
    position_ = position;
    buffer_.clear();
    at_ = 0;
    finished_ = false;
}

}  // namespace anabranch::lm
