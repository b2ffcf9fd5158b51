#pragma once

#include <cstddef>
#include <string_view>

namespace anabranch::framework {

/// Offset of the first byte that is not UTF-8, or npos.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);
/// Characters (code points) in valid UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace anabranch::framework
