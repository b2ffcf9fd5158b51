#pragma once

#include <framework/draw/layout.h>

#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// `text`, which is UTF-8, for SVG and HTML, between tags and in quoted attributes. Control characters that these do
/// not allow become U+FFFD.
[[nodiscard]] std::string escape_markup(std::string_view text);

/// The `d` of an SVG path along `route`, moved by `shift`: it leaves and arrives straight down.
[[nodiscard]] std::string route_text(const std::vector<Point>& route, const Point& shift);

}  // namespace anabranch::framework
