#include <framework/graph/utf8.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

/// Length of the sequence that starts with `first`, and the range of its second byte (Unicode, table 3-7).
struct Sequence {
    std::size_t length;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

Sequence sequence_of(unsigned char first) {
    if (first < 0x80) return {1};
    if (first < 0xC2 || first > 0xF4) return {0};
    if (first < 0xE0) return {2};
    if (first < 0xF0) {
        return {3, static_cast<unsigned char>(first == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(first == 0xED ? 0x9F : 0xBF)};
    }
    return {4, static_cast<unsigned char>(first == 0xF0 ? 0x90 : 0x80),
            static_cast<unsigned char>(first == 0xF4 ? 0x8F : 0xBF)};
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const Sequence sequence = sequence_of(static_cast<unsigned char>(text[at]));
        if (sequence.length == 0 || text.size() - at < sequence.length) return at;
        for (std::size_t i = 1; i < sequence.length; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            const bool second = i == 1;
            if (byte < (second ? sequence.low : 0x80) || byte > (second ? sequence.high : 0xBF)) return at;
        }
        at += sequence.length;
    }
    return std::string_view::npos;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

}  // namespace anabranch::framework
