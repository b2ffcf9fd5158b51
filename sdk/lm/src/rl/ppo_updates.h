#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "anabranch/lm/rl/ppo_batch.h"
#include "anabranch/lm/rl/ppo_config.h"
#include "anabranch/lm/rl/ppo_trainer.h"

namespace anabranch::lm {

/// The epochs over one batch: minibatches, gradients, optimiser steps, early stopping, and their statistics.
class PpoUpdates {
  public:
    /// All references outlive the object; `rewards` are [batch, R]. Advantages are computed once, or in each minibatch
    /// where the compat says so.
    PpoUpdates(const PpoConfig& config, const PpoBatch& batch, const at::Tensor& rewards, Adam& optimiser,
               const Evaluate& evaluate);

    void run(const EpochOrder& order);

    /// ppo/*: means over the minibatches gone through.
    [[nodiscard]] std::map<std::string, double> statistics() const;

  private:
    /// Of the rows, as wide as the evaluation and on its device.
    [[nodiscard]] PpoTargets targets(std::span<const std::int64_t> rows, const Evaluation& now) const;
    /// Adds the gradient of one minibatch and returns its policykl.
    double add_gradient(std::span<const std::int64_t> rows);
    void update();
    [[nodiscard]] std::string diagnosis(std::span<const std::int64_t> rows, const Evaluation& now,
                                        const PpoLoss& loss) const;

    const PpoConfig& config_;
    const PpoBatch& batch_;
    const at::Tensor& rewards_;
    Adam& optimiser_;
    const Evaluate& evaluate_;
    std::vector<std::int64_t> last_tokens_;
    Advantages advantages_;  // over the whole batch, unless per_minibatch_
    bool per_minibatch_;

    std::map<std::string, double> sums_;
    double minibatches_ = 0;
    double skipped_ = 0;
    double epochs_ = 0;
    double updates_ = 0;
    double norms_ = 0;
};

}  // namespace anabranch::lm
