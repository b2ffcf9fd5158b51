#pragma once

#include <string>
#include <string_view>

namespace anabranch::lm {

/// The text in Unicode's form NFC: a letter and its marks become one character where there is one.
[[nodiscard]] std::string compose(std::string_view text);

}  // namespace anabranch::lm
