#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace anabranch::lm {

/// How far the policy is from the reference at a token.
/// kl: lp - ref | abs: |lp - ref| | mse: (lp - ref)^2 / 2 | full: sum over the vocabulary of exp(lp) (lp - ref).
enum class KlKind { kl, abs, mse, full };

/// "kl", "abs", "mse" or "full"; else an Error that lists them.
[[nodiscard]] KlKind kl_kind_named(std::string_view name);

/// The penalty from log-probabilities of the chosen tokens, same shapes. `full` needs whole rows and is an Error here.
[[nodiscard]] at::Tensor kl_penalty(KlKind kind, const at::Tensor& logprobs, const at::Tensor& ref_logprobs);

/// KlKind::full from log-softmax rows [..., V] of the policy and the reference; the result is [...], float32, outside
/// of any graph. Works on `chunk` rows at a time, so that nothing of the inputs' size is allocated.
[[nodiscard]] at::Tensor full_kl(const at::Tensor& logprobs, const at::Tensor& ref_logprobs, std::int64_t chunk = 64);

}  // namespace anabranch::lm
