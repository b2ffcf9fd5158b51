#include "byte_alphabet.h"

#include <array>

namespace anabranch::lm {
namespace {

constexpr bool spelt_as_itself(unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
    std::array<std::uint16_t, 256> code_points{};
    std::array<std::int16_t, 512> bytes{};
};

constexpr Alphabet alphabet = [] {
    Alphabet made;
    made.bytes.fill(-1);
    std::uint16_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        made.code_points[byte] = spelt_as_itself(byte) ? static_cast<std::uint16_t>(byte) : next++;
        made.bytes[made.code_points[byte]] = static_cast<std::int16_t>(byte);
    }
    return made;
}();

}  // namespace

std::string spelling_of_byte(std::uint8_t byte) {
    const unsigned code_point = alphabet.code_points[byte];
    if (code_point < 0x80) return std::string(1, static_cast<char>(code_point));
    return {static_cast<char>(0xC0 | code_point >> 6), static_cast<char>(0x80 | (code_point & 0x3F))};
}

std::optional<std::string> bytes_of_spelling(std::string_view token) {
    std::string bytes;
    for (std::size_t i = 0; i < token.size(); ++i) {
        unsigned code_point = static_cast<unsigned char>(token[i]);
        if (code_point >= 0xC0) {  // every character of the alphabet has at most two bytes
            if (code_point >= 0xE0 || i + 1 == token.size()) return std::nullopt;
            code_point = (code_point & 0x1F) << 6 | (static_cast<unsigned char>(token[++i]) & 0x3F);
        }
        const int byte = code_point < alphabet.bytes.size() ? alphabet.bytes[code_point] : -1;
        if (byte < 0) return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

}  // namespace anabranch::lm
