#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

// All matrices of PPO are [batch, R], R the longest response, with a mask of the same shape that is 1 on response
// tokens. Column t is response token t: its log-probability, and the value of the state before it. TRL keeps [batch, T
// - 1] matrices over prompt and response together; every formula there is a masked sum, or a recurrence that runs from
// the right through zeros before it meets the mask, so leaving the prompt's columns out changes no number.
//
// What stands outside the mask never counts, NaN included. The results can be differentiated.

/// Mean of the values under the mask: a scalar, NaN when the mask is empty.
[[nodiscard]] at::Tensor masked_mean(const at::Tensor& values, const at::Tensor& mask);

/// Variance under the mask: a scalar. `unbiased`: n / (n - 1) (TRL); otherwise biased (OpenAI 2019).
/// A single value has variance 0; TRL divides by zero there, and one NaN then spoils a run.
[[nodiscard]] at::Tensor masked_variance(const at::Tensor& values, const at::Tensor& mask, bool unbiased = true);

/// (values - mean) * rsqrt(variance + 1e-8), plus the mean again unless `shift_mean`. Positions outside the mask are
/// shifted and scaled likewise.
[[nodiscard]] at::Tensor masked_whiten(const at::Tensor& values, const at::Tensor& mask, bool shift_mean = true,
                                       bool unbiased = true);

}  // namespace anabranch::lm
