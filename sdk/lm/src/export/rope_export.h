#pragma once

#include <anabranch/lm/model/config.h>

#include <vector>

namespace anabranch::lm {

/// What each frequency of unscaled RoPE is divided by, [head_dim / 2]: GGUF's rope_freqs.weight.
[[nodiscard]] std::vector<float> rope_divisors(const LlamaConfig& config);

/// The scaling as config.json of transformers can say it: never `divisors`, which is recognised as LLaMA 3's rule with
/// the constants of LLaMA 3.1 to 3.3 or is an Error.
[[nodiscard]] RopeScaling named_scaling(const LlamaConfig& config);

}  // namespace anabranch::lm
