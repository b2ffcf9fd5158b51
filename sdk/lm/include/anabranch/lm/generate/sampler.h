#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/random.h>

#include <cstdint>
#include <span>
#include <vector>

namespace anabranch::lm {

/// How a token is chosen from logits z, as transformers' warpers do: temperature, then top-k, then top-p.
struct SamplerOptions {
    double temperature = 1;  ///< z / temperature; 0: greedy, the first of the largest
    std::int64_t top_k = 0;  ///< keep the k largest; 0: all
    double top_p = 1;        ///< keep the smallest set of the most probable whose mass reaches it; 1: all
};

/// What one row needs for its next token: its own random stream, so that rows do not depend on each other.
struct RowDraw {
    std::uint64_t row = 0;
    std::uint64_t position = 0;  ///< of the new token in the response
};

struct Sampled {
    std::vector<std::int64_t> ids;
    std::vector<float>
        logprobs;  ///< log softmax(z)[id]: of the whole distribution, without temperature, top-k and top-p (TRL)
};

/// logits [B, V] float32 or bfloat16 on any device; draws[i] belongs to row i. Deterministic in `random` and the draw.
/// Throws when a row's logits hold NaN.
[[nodiscard]] Sampled sample(const at::Tensor& logits, std::span<const RowDraw> draws, const SamplerOptions& options,
                             const Random& random);

}  // namespace anabranch::lm
