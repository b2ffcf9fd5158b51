#pragma once

#include <anabranch/lm/rl/optimiser.h>
#include <anabranch/lm/train/schedule.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::lm {

/// How parameters follow their gradients, as transformers' Trainer does by default: AdamW without decay of norms and
/// biases, a schedule, gradients clipped by their norm.
struct TrainingOptions {
    AdamOptions adam{.learning_rate = 1e-4, .decoupled = true, .decays_vectors = false};
    Schedule schedule{};
    std::optional<double> max_grad_norm = 1.0;
};
void check(const TrainingOptions& options);

/// The optimiser, its schedule and clipping over parameters that stay the caller's. One thread at a time.
class Training {
  public:
    Training(std::vector<at::Tensor> parameters, const TrainingOptions& options);

    struct Step {
        double learning_rate;  ///< that this step used
        double grad_norm;      ///< before clipping
    };
    /// Clips the gradients that are there, moves the parameters and drops the gradients. A gradient whose
    /// norm is not finite is an Error: the gradients are dropped and nothing else has changed.
    Step step();
    void drop_gradients() { adam_.zero_gradients(); }

    [[nodiscard]] std::int64_t steps() const { return steps_; }
    /// Adam's state, and "steps" int64 []. The moments are shared: save them before the next step.
    [[nodiscard]] std::map<std::string, at::Tensor> state() const;
    /// Continues from a saved state, as if nothing had happened. An Error names what is missing or has another shape.
    void restore(const std::map<std::string, at::Tensor>& state);

  private:
    TrainingOptions options_;
    Adam adam_;
    std::int64_t steps_ = 0;
};

}  // namespace anabranch::lm
