#include "anabranch/lm/tokenizer/partial_utf8.h"

#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {
namespace {

// The bytes at the head of a text that could begin a valid sequence; `open` when the text ended before it was complete.
struct Part {
    std::size_t length;
    bool open;
};

std::size_t length_from_lead(unsigned char lead) {
    if (lead < 0xC2 || lead > 0xF4) return 1;
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

// The second byte's range is narrower after four lead bytes: no overlong forms, no surrogates, nothing past U+10FFFF.
bool may_follow(unsigned char lead, unsigned char second) {
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= least && second <= most;
}

Part head_of(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t length = length_from_lead(byte(0));
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size()) return {i, true};
        if (i == 1 ? !may_follow(byte(0), byte(1)) : (byte(i) & 0xC0) != 0x80) return {i, false};
    }
    return {length, false};
}

}  // namespace

std::size_t complete_utf8_prefix(std::string_view text) {
    // A sequence that can still be completed is at most three bytes long and begins with the last lead byte.
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const std::size_t begin = text.size() - back;
        if ((static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) continue;
        return head_of(text.substr(begin)).open ? begin : text.size();
    }
    return text.size();
}

std::string replace_invalid_utf8(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const std::size_t good = find_invalid_utf8(text).value_or(text.size());
        valid += text.substr(0, good);
        text.remove_prefix(good);
        if (text.empty()) break;
        append_utf8(valid, U'\uFFFD');
        text.remove_prefix(head_of(text).length);
    }
    return valid;
}

}  // namespace anabranch::lm
