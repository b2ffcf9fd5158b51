#pragma once

#include <string>
#include <vector>

#include "anabranch/lm/tokenizer/vocabulary.h"
#include "merge_table.h"

namespace anabranch::lm {

/// The table of merges written as "left right", those that go first in front. Errors begin with `source`.
[[nodiscard]] MergeTable read_merges(const std::vector<std::string>& merges, const Vocabulary& vocabulary,
                                     const std::string& source);

}  // namespace anabranch::lm
