#pragma once

#include <string_view>

namespace anabranch::framework {

/// style.css and script.js, which CMake puts into the program.
[[nodiscard]] std::string_view page_style();
[[nodiscard]] std::string_view page_script();

}  // namespace anabranch::framework
