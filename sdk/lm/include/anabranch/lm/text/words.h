#pragma once

#include <cstddef>
#include <string_view>

namespace anabranch::lm {

/// The number of words as people and word processors count them: what stands between white space (Unicode's) and has a
/// letter or digit in it, so that a dash or an emoji on its own is none and "don't", "3.14" and "well-known" are one
/// each. Of Chinese characters and kana, which are written without spaces, every character is a word.
[[nodiscard]] std::size_t count_words(std::string_view text);

}  // namespace anabranch::lm
