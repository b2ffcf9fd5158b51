#pragma once

#include <framework/draw/drawing.h>

#include <cstddef>
#include <vector>

namespace anabranch::framework {

struct Point {
    double x = 0;
    double y = 0;
};

struct Size {
    double width = 0;
    double height = 0;
};

/// Where everything of a drawing is; y grows downwards.
struct Layout {
    std::vector<Point> nodes;  ///< the upper left corner of each
    std::vector<std::vector<Point>>
        routes;  ///< of data and side edges: from the bottom of one node to the top of another
    Size size;
};

/// Places nodes in rows, each below those that it takes from, and leads long edges through the rows between them.
/// `sizes`: of each node's box.
[[nodiscard]] Layout lay_out(const Drawing& drawing, const std::vector<Size>& sizes);

}  // namespace anabranch::framework
