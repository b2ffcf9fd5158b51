#pragma once

#include <string>
#include <string_view>

namespace anabranch::lm {

/// Appends `text` to `out` with its character references replaced, as browsers do: named ones (HTML 4's set and the
/// common ones of HTML 5), decimal and hexadecimal; NUL, surrogates and numbers beyond Unicode become U+FFFD, 128 to
/// 159 mean Windows-1252. What is no reference stays as it is.
void append_decoded(std::string& out, std::string_view text);

}  // namespace anabranch::lm
