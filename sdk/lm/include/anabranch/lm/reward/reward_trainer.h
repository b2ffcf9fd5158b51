#pragma once

#include <anabranch/lm/reward/pairs.h>
#include <anabranch/lm/train/training.h>

#include <map>
#include <string>

namespace anabranch::lm {

struct RewardOptions {
    TrainingOptions training{};
    double center_rewards_coefficient = 0;  ///< 0: off; TRL recommends 0.01
    /// Parts that a step's pairs are gone through in; their gradients add up to that of the whole.
    std::int64_t gradient_accumulation_steps = 1;
    bool gradient_checkpointing = false;  ///< see SftOptions
};

/// Trains a reward model on preference pairs: its adapter, and its score head in full. One step at a time.
class RewardTrainer {
  public:
    RewardTrainer(const LanguageModel& model, const RewardOptions& options);

    /// One optimiser step on these pairs; `model` is the one that the trainer was made for. LoRA dropout depends on
    /// `random`. Returns "loss", "accuracy" (ties count as right), "strict_accuracy", "rewards/margins" (mean of
    /// r_j - r_k), "learning_rate" (that this step used) and "grad_norm" (before clipping).
    /// Errors: pairs that `check` refuses or none, a loss or gradient that is not finite. Then nothing has changed.
    std::map<std::string, double> step(const LanguageModel& model, const Pairs& pairs, const Random& random);

    /// Everything but the parameters; see Training.
    [[nodiscard]] std::map<std::string, at::Tensor> state() const { return training_.state(); }
    void restore(const std::map<std::string, at::Tensor>& state) { training_.restore(state); }

  private:
    struct Sums {
        double loss = 0;
        double right = 0;
        double strictly = 0;
        double margin = 0;
    };
    [[nodiscard]] Sums add_gradients(const LanguageModel& model, const Pairs& pairs, const Random& random) const;

    RewardOptions options_;
    Training training_;
};

}  // namespace anabranch::lm
