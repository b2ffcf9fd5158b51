#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "anabranch/lm/rl/kl_controller.h"
#include "anabranch/lm/rl/optimiser.h"
#include "anabranch/lm/rl/ppo_batch.h"
#include "anabranch/lm/rl/ppo_config.h"
#include "anabranch/lm/rl/ppo_loss.h"
#include "anabranch/lm/rl/running_moments.h"
#include "anabranch/random.h"

namespace anabranch::lm {

/// The policy's log-probabilities, values and entropy for those rows of the batch, [rows, width], with a graph to the
/// trained parameters. The width may be anything from the longest of these rows' responses to the batch's.
using Evaluate = std::function<Evaluation(std::span<const std::int64_t> rows)>;

/// The order in which epoch e goes through the batch's rows: a permutation of 0 .. rows - 1.
using EpochOrder = std::function<std::vector<std::int64_t>(std::int64_t epoch)>;

/// PPO's update, without the model: it knows parameters, and asks `Evaluate` for what they give. Same inputs, same
/// state: same bits, except for the times. One step at a time; not for several threads at once.
class PpoTrainer {
  public:
    /// The parameters stay the caller's and are changed in place; each must require a gradient.
    PpoTrainer(const PpoConfig& config, std::vector<at::Tensor> parameters);

    /// One PPO step: ppo_epochs times through the batch. Returns what TRL logs, by TRL's names (objective/*, ppo/*,
    /// tokens/*, env/reward_{mean,std}, time/ppo/*), all scalars: where TRL has a histogram (objective/logprobs,
    /// objective/ref_logprobs, ppo/policy/ratio) it is the mean over response tokens. Beyond TRL: ppo/grad_norm (before
    /// clipping, mean over updates), ppo/epochs (those begun), ppo/skipped_minibatches (over the ratio threshold).
    ///
    /// Errors: a batch that `checked` refuses, rows that are no multiple of mini_batch_size *
    /// gradient_accumulation_steps, a loss or gradient that is not finite (named: epoch, minibatch, rows). After an
    /// error nothing has changed, unless undo_failed_step is off: then earlier minibatches have been applied.
    std::map<std::string, double> step(const PpoBatch& batch, const Evaluate& evaluate, const Random& random);
    /// The same with the order of rows given, to replay a recorded run.
    std::map<std::string, double> step(const PpoBatch& batch, const Evaluate& evaluate, const EpochOrder& order);

    [[nodiscard]] double kl_coef() const { return kl_.value(); }
    [[nodiscard]] double learning_rate() const { return optimiser_.learning_rate(); }
    /// For a schedule; TRL has none.
    void set_learning_rate(double rate) { optimiser_.set_learning_rate(rate); }

    /// Everything but the parameters: "kl_coef" float64 [], "running_moments" float64 [4], and the optimiser's under
    /// "optimiser." (see Adam::state). Its moments are shared: save them before the next step. The learning rate is the
    /// configuration's or the schedule's, not the state's.
    [[nodiscard]] std::map<std::string, at::Tensor> state() const;
    /// Continues from a saved state, as if nothing had happened. An Error names what is missing or has another shape.
    void restore(const std::map<std::string, at::Tensor>& state);

  private:
    PpoConfig config_;
    Adam optimiser_;
    KlController kl_;
    RunningMoments moments_;
};

}  // namespace anabranch::lm
