#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "anabranch/lm/rl/running_moments.h"

namespace anabranch::lm {

/// What is done to a batch of scores before they enter the rewards, in this order.
struct ScoreOptions {
    double baseline = 0.0;            ///< subtracted
    bool scaling = false;             ///< divide by the running deviation
    bool norm = false;                ///< with scaling: subtract the running mean first
    std::optional<double> clip = {};  ///< to [-clip, clip]
};

/// Scores [batch] -> [batch], float32. With scaling the moments take the batch in first, as in TRL.
[[nodiscard]] at::Tensor shaped_scores(const at::Tensor& scores, const ScoreOptions& options, RunningMoments& moments);

}  // namespace anabranch::lm
