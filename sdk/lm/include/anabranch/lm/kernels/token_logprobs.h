#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/kernels/weight.h>

namespace anabranch::lm {

/// What the language-model head says of chosen tokens, one row a position. The logits [T, V] never exist as a whole:
/// they are made and used in chunks of rows.
struct TokenLogprobs {
    at::Tensor logprobs;  ///< [T] float32: log softmax(hidden head^T)[target], no temperature; differentiable in hidden
    at::Tensor entropy;   ///< [T] float32: of the whole distribution; not differentiable
};

/// hidden [T, D], head [V, D] frozen, of one dtype; targets [T] int64 on the same device.
///
/// logprob_t is one number a row, so its gradient is g_t (head[target_t] - sum_v p_v head_v): the bracket is computed
/// in the forward, while the chunk's probabilities are at hand, and the backward only scales its rows.
[[nodiscard]] TokenLogprobs token_logprobs(const at::Tensor& hidden, const Weight& head, const at::Tensor& targets);

/// In place, logits [T, V] float32 or bfloat16 become probabilities; gives log-sum-exp and entropy [T] in float32.
struct SoftmaxSums {
    at::Tensor logsumexp;
    at::Tensor entropy;
};
SoftmaxSums softmax_in_place(at::Tensor& logits, bool write_probabilities);

/// Rows a chunk of `hidden` so that its logits stay within 32 MB; the chunks are about equally large.
[[nodiscard]] std::int64_t logit_chunk_rows(const at::Tensor& hidden, const Weight& head);

}  // namespace anabranch::lm
