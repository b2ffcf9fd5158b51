#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace anabranch::lm {

/// How the columns of a fused projection [T, (heads + 2 kv_heads) * head_dim] divide into q, k and v.
struct HeadLayout {
    std::int64_t heads = 0;
    std::int64_t kv_heads = 0;
    std::int64_t head_dim = 0;
    [[nodiscard]] std::int64_t query_width() const { return heads * head_dim; }
    [[nodiscard]] std::int64_t kv_width() const { return kv_heads * head_dim; }
    [[nodiscard]] std::int64_t width() const { return query_width() + 2 * kv_width(); }
};

/// Causal attention within each sequence of a packed batch: sequence i is rows [offsets[i], offsets[i + 1]).
/// No padding takes part, so a row's result does not depend on what else is in the batch.
struct Attention {
    at::Tensor out;        ///< [T, heads * head_dim]
    at::Tensor logsumexp;  ///< [T, heads] float32 of the scaled scores, for the backward; undefined off the CPU
};
[[nodiscard]] Attention packed_attention(const at::Tensor& qkv, std::span<const std::int64_t> offsets,
                                         const HeadLayout& layout);
/// The gradient for qkv [T, width], from that of `out`.
[[nodiscard]] at::Tensor packed_attention_backward(const at::Tensor& d_out, const at::Tensor& qkv,
                                                   const Attention& forward, std::span<const std::int64_t> offsets,
                                                   const HeadLayout& layout);

/// One new token a row against cached keys and values: qkv [B, width] (its k and v are already in the caches);
/// keys and values [slots, kv_heads, capacity, head_dim]; row i reads slot slots[i], its first lengths[i] positions.
[[nodiscard]] at::Tensor cached_attention(const at::Tensor& qkv, const at::Tensor& keys, const at::Tensor& values,
                                          std::span<const std::int64_t> slots, std::span<const std::int64_t> lengths,
                                          const HeadLayout& layout);

}  // namespace anabranch::lm
