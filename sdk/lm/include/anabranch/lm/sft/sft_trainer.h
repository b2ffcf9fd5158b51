#pragma once

#include <anabranch/lm/sft/sft.h>
#include <anabranch/lm/train/training.h>

#include <map>
#include <string>

namespace anabranch::lm {

struct SftOptions {
    TrainingOptions training{};
    /// Parts that a step's rows are gone through in. Their gradients add up to that of the whole, since each counts by
    /// its tokens: less memory, the same step but for rounding and dropout's masks.
    std::int64_t gradient_accumulation_steps = 1;
    /// Keep only each layer's input for the backward and compute the layer again there: less memory, a forward more.
    bool gradient_checkpointing = false;
};

/// Supervised fine-tuning of what a model trains: next-token cross-entropy. One step at a time.
class SftTrainer {
  public:
    SftTrainer(const LanguageModel& model, const SftOptions& options);

    /// One optimiser step on these rows. `model` is the one that the trainer was made for. LoRA dropout, if the adapter
    /// has it, depends on `random`. Returns, by transformers' names, "loss" (mean over the tokens that count),
    /// "learning_rate" (that this step used), "grad_norm" (before clipping), and "tokens" (that counted).
    /// Errors: no token that counts, a loss or gradient that is not finite. Then nothing has changed.
    std::map<std::string, double> step(const LanguageModel& model, const Sequences& ids, const Sequences& labels,
                                       const Random& random);

    /// Everything but the parameters; see Training.
    [[nodiscard]] std::map<std::string, at::Tensor> state() const { return training_.state(); }
    void restore(const std::map<std::string, at::Tensor>& state) { training_.restore(state); }

  private:
    /// Adds the gradient of all rows and returns the sum of their losses.
    double add_gradients(const LanguageModel& model, const Sequences& ids, const Sequences& labels,
                         std::int64_t targets, const Random& random) const;

    SftOptions options_;
    Training training_;
};

}  // namespace anabranch::lm
