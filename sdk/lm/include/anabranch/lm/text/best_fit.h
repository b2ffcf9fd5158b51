#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace anabranch::lm {

/// Puts whole items into bins of `capacity` by best fit, longest first (Ding et al. 2024, "Fewer Truncations Improve
/// Language Modeling"): each goes into the fullest bin that still holds it, of equals the first. Gives the items of
/// each bin by their numbers. An item longer than a bin is an Error that names it; one of length 0 takes no room.
[[nodiscard]] std::vector<std::vector<std::size_t>> best_fit(std::span<const std::size_t> lengths,
                                                             std::size_t capacity);

}  // namespace anabranch::lm
