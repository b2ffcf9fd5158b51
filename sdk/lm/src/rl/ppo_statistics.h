#pragma once

#include <map>
#include <string>

#include "anabranch/lm/rl/ppo_batch.h"
#include "anabranch/lm/rl/ppo_config.h"

namespace anabranch::lm {

/// objective/*, tokens/*, env/* and the ppo/* that concern the batch as it came, before any update.
/// kl [batch, R] is the penalty, scores [batch] what entered the rewards.
[[nodiscard]] std::map<std::string, double> batch_statistics(const PpoBatch& batch, const at::Tensor& kl,
                                                             const at::Tensor& scores, double kl_coef,
                                                             const PpoConfig& config);

}  // namespace anabranch::lm
