#pragma once

#include <cstddef>
#include <vector>

namespace anabranch::framework {

/// Things that depend on things, each after what it depends on.
struct Ordering {
    std::vector<std::size_t> order;                ///< of those free to choose, the lowest index first
    std::vector<std::vector<std::size_t>> cycles;  ///< one for each knot: a, what a depends on, ..., back to before a
};

/// `dependencies[i]`: what i depends on, as indices.
[[nodiscard]] Ordering order_by_dependencies(const std::vector<std::vector<std::size_t>>& dependencies);

}  // namespace anabranch::framework
