#pragma once

#include <cstdint>
#include <vector>

#include "merge_table.h"

namespace anabranch::lm {

/// Merges the tokens of one word until no pair is left that merges: always the pair of lowest rank, the leftmost of
/// equals. In time n log n for a word of n tokens, so that a text without a space is no trap.
void merge_word(const MergeTable& merges, std::vector<std::uint32_t>& tokens);

}  // namespace anabranch::lm
