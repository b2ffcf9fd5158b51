#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// Letters inserted, removed, replaced or swapped with their neighbour to turn one word into the other, ignoring case
/// (Damerau-Levenshtein, optimal string alignment).
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate that someone who wrote `word` most likely meant; none when nothing is close enough.
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      const std::vector<std::string>& candidates);

}  // namespace anabranch::framework
