#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/language_model.h>
#include <anabranch/lm/rl/kl.h>

#include <cstdint>
#include <span>
#include <vector>

namespace anabranch::lm {

using Sequences = std::vector<std::vector<std::int64_t>>;

/// Prompts with their responses, packed, and where in them the responses are: only these positions meet the head.
struct Responses {
    PackedBatch batch;
    at::Tensor rows;                    ///< [N] of the batch: the position before each response token
    at::Tensor targets;                 ///< [N] the response tokens
    std::vector<std::int64_t> lengths;  ///< of each response; they sum to N
};
/// Throws when a prompt or a response is empty, naming the row.
[[nodiscard]] Responses pack_responses(const LanguageModel& model, std::span<const std::vector<std::int64_t>> prompts,
                                       std::span<const std::vector<std::int64_t>> responses);

/// What a model says of the response tokens, end to end, [N] float32 each; differentiable when gradients are enabled.
struct ResponseEvaluation {
    at::Tensor logprobs;
    at::Tensor entropy;  ///< not differentiable
    at::Tensor values;   ///< at the state before each token; undefined without a value head
};
/// One forward for all three. `dropout` as in ForwardOptions.
[[nodiscard]] ResponseEvaluation evaluate_responses(const LanguageModel& model, const Responses& responses,
                                                    std::optional<Random> dropout = {});

/// A padded matrix [responses, width] from values end to end; zero past each response's end. Keeps gradients.
[[nodiscard]] at::Tensor pad_responses(const at::Tensor& flat, std::span<const std::int64_t> lengths,
                                       std::int64_t width);

/// The following work on rows a part at a time (about `tokens` tokens together), without gradients.

/// evaluate_responses of every row, end to end on the CPU.
[[nodiscard]] ResponseEvaluation evaluate_all(const LanguageModel& model, const Sequences& prompts,
                                              const Sequences& responses, std::int64_t tokens = 4096);
/// The log-probabilities of evaluate_all.
[[nodiscard]] at::Tensor response_logprobs(const LanguageModel& model, const Sequences& prompts,
                                           const Sequences& responses, std::int64_t tokens = 4096);
/// KlKind::full at every response token: the whole distributions of the policy against the reference's, [N] float32.
[[nodiscard]] at::Tensor response_full_kl(const LanguageModel& policy, const LanguageModel& reference,
                                          const Sequences& prompts, const Sequences& responses,
                                          std::int64_t tokens = 4096);
/// The score head read at the last token of each sequence, normalised if the head says how, [sequences] float32 on the
/// CPU.
[[nodiscard]] at::Tensor score_sequences(const LanguageModel& model, const Sequences& sequences,
                                         std::int64_t tokens = 4096);

}  // namespace anabranch::lm
