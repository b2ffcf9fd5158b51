#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "anabranch/lm/rl/advantages.h"
#include "anabranch/lm/rl/kl.h"
#include "anabranch/lm/rl/kl_controller.h"
#include "anabranch/lm/rl/optimiser.h"
#include "anabranch/lm/rl/ppo_loss.h"
#include "anabranch/lm/rl/scores.h"

namespace anabranch::lm {

/// Whose arithmetic to follow where versions differ.
///   trl_0_5 (0.5 to 0.11): advantages once over the batch; early stopping looks after each epoch.
///   trl_0_4: advantages and their whitening inside each minibatch; early stopping looks after each minibatch;
///     objective/kl, and with it the adaptive coefficient, is of lp - ref whatever the penalty.
///   openai_2019: as trl_0_4 in the first, with biased variance, and TensorFlow's Adam.
enum class Compat { trl_0_4, trl_0_5, openai_2019 };

/// "trl-0.4", "trl-0.5" or "openai-2019"; else an Error that lists them.
[[nodiscard]] Compat compat_named(std::string_view name);

/// Every parameter of a PPO step, by TRL's names. The batch size is that of the batch given.
struct PpoConfig {
    Compat compat = Compat::trl_0_5;
    std::int64_t mini_batch_size = 1;
    std::int64_t gradient_accumulation_steps = 4;
    std::int64_t ppo_epochs = 4;
    AdamOptions optimiser{.learning_rate = 1.41e-5};
    std::optional<double> max_grad_norm = {};  ///< none: no clipping
    KlKind kl_penalty = KlKind::kl;
    KlControllerOptions kl = {};
    AdvantageOptions advantages = {};
    PpoLossOptions loss = {};
    ScoreOptions scores = {};
    bool early_stopping = false;  ///< stop the batch once policykl of the last minibatch is above 1.5 target_kl
    double target_kl = 0.1;
    /// Keep a copy of parameters and optimiser state during a step, so that a step that fails leaves nothing changed.
    /// Costs three times the trained parameters in memory.
    bool undo_failed_step = true;
};

/// The defaults of a version. openai_2019: beta 0.15, whitened rewards, biased variance, TensorFlow's epsilon; its
/// temperature of 0.7 is generation's concern.
[[nodiscard]] PpoConfig ppo_config(Compat compat);

/// Throws an Error that names the first parameter out of range, what it is and what is allowed.
void check(const PpoConfig& config);

}  // namespace anabranch::lm
