#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "anabranch/error.h"
#include "anabranch/lm/data/external_sort.h"

namespace anabranch::lm {

/// Values of an ExternalSort: numbers as `append_key` writes them, texts with their length in front.
inline void append_text(std::string& record, std::string_view text) {
    append_key(record, static_cast<std::uint64_t>(text.size()));
    record += text;
}

/// Reads what `append_key` and `append_text` wrote, in the same order.
class RecordReader {
  public:
    explicit RecordReader(std::string_view record) : rest_(record) {}

    std::uint64_t unsigned_number() {
        std::uint64_t number = 0;
        for (const char c : take(sizeof number)) number = number << 8U | static_cast<unsigned char>(c);
        return number;
    }
    std::int64_t number() { return static_cast<std::int64_t>(unsigned_number() ^ (std::uint64_t{1} << 63U)); }
    std::string_view text() { return take(unsigned_number()); }

  private:
    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) throw Error("a temporary file for sorting was changed by somebody else");
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::string_view rest_;
};

}  // namespace anabranch::lm
