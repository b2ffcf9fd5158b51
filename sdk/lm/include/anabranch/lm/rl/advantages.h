#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

struct AdvantageOptions {
    double gamma = 1.0;
    double lam = 0.95;
    bool whiten_rewards = false;  ///< scale rewards to variance 1 first, keeping their mean
    bool unbiased = true;         ///< the variance in whitening: TRL's; OpenAI 2019: biased
};

/// All [batch, R], detached. Outside the mask, values are 0 and the rest has no meaning.
struct Advantages {
    at::Tensor values;
    at::Tensor advantages;  ///< whitened over the batch given
    at::Tensor returns;     ///< unwhitened advantages + values
};

/// Generalised advantage estimation, unwhitened: delta_t = r_t + gamma V_{t+1} - V_t, A_t = delta_t + gamma lam
/// A_{t+1}, V and A past the end 0. values, rewards [batch, R], zero outside the mask.
[[nodiscard]] at::Tensor generalised_advantages(const at::Tensor& values, const at::Tensor& rewards, double gamma,
                                                double lam);

/// Advantages and returns from values and rewards under the mask. Whitening is over the rows given: the whole batch for
/// trl-0.5 and later, one minibatch for trl-0.4 and openai-2019.
[[nodiscard]] Advantages compute_advantages(const at::Tensor& values, const at::Tensor& rewards, const at::Tensor& mask,
                                            const AdvantageOptions& options);

}  // namespace anabranch::lm
