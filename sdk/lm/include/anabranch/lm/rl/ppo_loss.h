#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "anabranch/lm/rl/advantages.h"

namespace anabranch::lm {

struct PpoLossOptions {
    double cliprange = 0.2;
    double cliprange_value = 0.2;
    double vf_coef = 0.1;
    double ratio_threshold = 10.0;  ///< a minibatch whose mean ratio is above it counts 0
};

/// What the policy says of some rows now: [rows, R] each, with a graph behind logprobs and values.
struct Evaluation {
    at::Tensor logprobs;
    at::Tensor values;   ///< of the state before each token
    at::Tensor entropy;  ///< of each token's distribution; for the statistics alone; may be undefined
};

/// What the minibatch is trained towards: [rows, R] each.
struct PpoTargets {
    at::Tensor logprobs;    ///< at the time of the answer
    Advantages advantages;  ///< its values are those at the time of the answer
    at::Tensor mask;
};

struct PpoLoss {
    at::Tensor total;             ///< policy + vf_coef * value: a scalar to differentiate
    bool over_threshold = false;  ///< then total is 0 and so is its gradient, even if a ratio is infinite
    /// TRL's names and meanings: loss/{policy,value,total}, policy/{entropy,approxkl,policykl,clipfrac,advantages_mean,
    /// ratio}, returns/{mean,var}, val/{vpred,error,clipfrac,mean,var}. policy/ratio is the mean (TRL: a histogram).
    std::map<std::string, double> statistics;
};

/// The clipped PPO loss of one minibatch. Shapes that differ are an Error; a loss that is not finite is returned as is.
[[nodiscard]] PpoLoss ppo_loss(const Evaluation& now, const PpoTargets& targets, const PpoLossOptions& options);

}  // namespace anabranch::lm
