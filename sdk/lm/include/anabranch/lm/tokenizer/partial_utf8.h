#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// How many bytes of `text` can be shown now: all but a sequence at its end that more bytes may complete. For text that
/// arrives token by token, since a token may end within a character.
[[nodiscard]] std::size_t complete_utf8_prefix(std::string_view text);

/// The text with U+FFFD for each invalid or incomplete sequence, cut as Python's `errors="replace"` does.
[[nodiscard]] std::string replace_invalid_utf8(std::string_view text);

}  // namespace anabranch::lm
