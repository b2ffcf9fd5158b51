#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// Byte-level BPE spells each byte as a printable character: those that are printable in Latin-1 as themselves, the
/// others as U+0100 and on. This is the spelling of one byte, in UTF-8.
[[nodiscard]] std::string spelling_of_byte(std::uint8_t byte);

/// The bytes that a token spells, or nothing when a character of it is outside the alphabet.
[[nodiscard]] std::optional<std::string> bytes_of_spelling(std::string_view token);

}  // namespace anabranch::lm
