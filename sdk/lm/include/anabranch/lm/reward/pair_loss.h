#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

/// The Bradley-Terry loss of each pair, [N] float32: -logsigmoid(r_j - r_k - margin) + center (r_j + r_k)^2.
/// scores_j of the better answers, scores_k of the others, [N]; margin [N], or undefined for none. `center` is TRL's
/// center_rewards_coefficient (Eisenstein et al. 2023), which keeps scores around 0. Differentiable in the scores.
[[nodiscard]] at::Tensor pair_loss(const at::Tensor& scores_j, const at::Tensor& scores_k,
                                   const at::Tensor& margin = {}, double center = 0);

/// Shares of pairs that are ordered rightly.
struct PairAccuracy {
    double with_ties = 0;  ///< a tie counts as right, as in the original, which takes an argmax
    double strict = 0;     ///< a tie counts as wrong
};
/// [N] each, N at least 1.
[[nodiscard]] PairAccuracy pair_accuracy(const at::Tensor& scores_j, const at::Tensor& scores_k);

}  // namespace anabranch::lm
