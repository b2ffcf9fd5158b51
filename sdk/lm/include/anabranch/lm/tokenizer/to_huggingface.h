#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "anabranch/lm/tokenizer/tokenizer_data.h"

namespace anabranch::lm {

/// The files, by name, from which transformers makes a tokenizer that gives the same ids. `context`: the positions of
/// its model.
[[nodiscard]] std::map<std::string, std::string> tokenizer_to_huggingface(const TokenizerData& tokenizer,
                                                                          std::int64_t context);

}  // namespace anabranch::lm
