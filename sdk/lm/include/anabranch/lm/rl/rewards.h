#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace anabranch::lm {

/// -coef * kl at each token, and the score on top at the last token of each row's mask.
/// kl, mask [batch, R]; scores [batch]; the result [batch, R] as kl. A row without a token is an Error.
[[nodiscard]] at::Tensor token_rewards(const at::Tensor& kl, const at::Tensor& scores, double coef,
                                       const at::Tensor& mask);

/// The column of each row's last 1 in a mask [batch, R]. A row without one is an Error.
[[nodiscard]] std::vector<std::int64_t> last_tokens(const at::Tensor& mask);

}  // namespace anabranch::lm
