#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace anabranch::lm {

/// What the pre-tokenizers ask of a character: \p{L}, \p{N}, \s (Unicode White_Space), or none of them.
enum class UnicodeClass : std::uint8_t { other, letter, number, space };

/// The class of a character beyond ASCII.
[[nodiscard]] UnicodeClass unicode_class(std::int32_t code_point);

struct Character {
    UnicodeClass kind;
    std::size_t length;  // in bytes
};

namespace detail {

inline constexpr std::array<UnicodeClass, 128> ascii_classes = [] {
    std::array<UnicodeClass, 128> classes{};
    for (std::size_t c = 'a'; c <= 'z'; ++c) classes[c] = classes[c - 'a' + 'A'] = UnicodeClass::letter;
    for (std::size_t c = '0'; c <= '9'; ++c) classes[c] = UnicodeClass::number;
    for (const std::size_t c : {9U, 10U, 11U, 12U, 13U, 32U}) classes[c] = UnicodeClass::space;
    return classes;
}();

[[nodiscard]] Character character_beyond_ascii(const char* bytes);

}  // namespace detail

/// The character at `position` of a valid UTF-8 text.
[[nodiscard]] inline Character character_at(std::string_view text, std::size_t position) {
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < 0x80) return {detail::ascii_classes[byte], 1};
    return detail::character_beyond_ascii(text.data() + position);
}

}  // namespace anabranch::lm
