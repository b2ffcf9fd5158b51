#pragma once

#include <anabranch/lm/tokenizer/tokenizer.h>

namespace anabranch::lm {

/// The ids in `to` of the text that `ids` of `from` stand for, with a BOS in front where `to` has one there. Control
/// tokens (<|im_end|>) go into the text spelt out, or are left out. Bytes that are no whole character become U+FFFD.
[[nodiscard]] std::vector<std::int64_t> retokenise(std::span<const std::int64_t> ids, const Tokenizer& from,
                                                   const Tokenizer& to, bool skip_special);

}  // namespace anabranch::lm
