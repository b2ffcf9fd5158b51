#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace anabranch::lm {

/// Cosines and sines of rotary position embeddings (Su et al. 2021) for every position of a context.
struct Rope {
    at::Tensor cos;  ///< [context, head_dim / 2] float32
    at::Tensor sin;
};
/// `frequencies` [head_dim / 2], radians per position; computed in double.
[[nodiscard]] Rope make_rope(std::int64_t context, std::span<const double> frequencies, at::Device device);

/// Rotates the first `heads` heads of each row of x [T, >= heads * head_dim] in place, halves as pairs (i, i + head_dim
/// / 2) as transformers does. positions [T] int64. `inverse` rotates back: the gradient.
void apply_rope(at::Tensor& x, const at::Tensor& positions, const Rope& rope, std::int64_t heads, bool inverse);

}  // namespace anabranch::lm
