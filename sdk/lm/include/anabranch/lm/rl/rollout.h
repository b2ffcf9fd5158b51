#pragma once

#include <anabranch/column.h>
#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/rl/ppo_trainer.h>

#include <optional>

namespace anabranch::lm {

/// Between a policy's ragged rows and PPO's matrices.
struct Rollout {
    Sequences prompts;
    Sequences responses;
    at::Tensor logprobs;      ///< end to end over the responses, before the update
    at::Tensor values;        ///< likewise
    at::Tensor ref_logprobs;  ///< end to end
    at::Tensor kl;            ///< the penalty, end to end; undefined: lp - ref
    at::Tensor scores;        ///< [rows]
};

/// PPO's batch, padded, on the CPU.
[[nodiscard]] PpoBatch ppo_batch(const Rollout& rollout);

/// What PpoTrainer asks for: rows of the rollout, packed without padding, through `model` with gradients.
/// `dropout`: LoRA dropout is on, with masks of their own in each call. The model and the rollout must outlive it.
[[nodiscard]] Evaluate evaluate_rollout(const LanguageModel& model, const Rollout& rollout,
                                        std::optional<Random> dropout = {});

}  // namespace anabranch::lm
