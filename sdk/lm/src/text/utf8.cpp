#include "anabranch/lm/text/utf8.h"

#include <algorithm>
#include <iomanip>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Length of the well-formed sequence at `offset`, or 0. Table 3-7 of the Unicode standard: the second byte's range
/// depends on the first, which is what excludes overlong forms and surrogates.
std::size_t sequence_length(std::string_view text, std::size_t offset) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    std::size_t length = 0;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        if (first == 0xE0) low = 0xA0;
        if (first == 0xED) high = 0x9F;
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        if (first == 0xF0) low = 0x90;
        if (first == 0xF4) high = 0x8F;
    } else {
        return 0;
    }
    if (text.size() - offset < length || byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_continuation(text[offset + i])) return 0;
    }
    return length;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
    for (std::size_t offset = 0; offset < text.size();) {
        const std::size_t length = sequence_length(text, offset);
        if (length == 0) return offset;
        offset += length;
    }
    return std::nullopt;
}

void require_utf8(std::string_view text, std::string_view what) {
    const auto offset = find_invalid_utf8(text);
    if (!offset) return;
    const unsigned byte = static_cast<unsigned char>(text[*offset]);
    throw Error(cat(what, ": byte ", *offset, " (0x", std::hex, std::uppercase, std::setw(2), std::setfill('0'), byte,
                    ") is not valid UTF-8; convert the text to UTF-8, for example with iconv"));
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); }));
}

std::string_view truncate_utf8(std::string_view text, std::size_t maximum_bytes) {
    if (text.size() <= maximum_bytes) return text;
    std::size_t end = maximum_bytes;
    // A code point has at most three continuation bytes; more of them is not UTF-8 and is cut where asked.
    for (int step = 0; step < 3 && end > 0 && is_continuation(text[end]); ++step) --end;
    if (is_continuation(text[end])) end = maximum_bytes;
    return text.substr(0, end);
}

char32_t next_code_point(std::string_view text, std::size_t& offset) {
    const std::size_t length = sequence_length(text, offset);
    if (length == 0) {
        ++offset;
        return replacement;
    }
    constexpr unsigned lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t code_point = static_cast<unsigned char>(text[offset]) & lead_bits[length];
    for (std::size_t i = 1; i < length; ++i) {
        code_point = (code_point << 6U) | (static_cast<unsigned char>(text[offset + i]) & 0x3FU);
    }
    offset += length;
    return code_point;
}

void append_utf8(std::string& text, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = replacement;
    const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6U));
        put(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12U));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    } else {
        put(0xF0U | (code_point >> 18U));
        put(0x80U | ((code_point >> 12U) & 0x3FU));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    }
}

}  // namespace anabranch::lm
