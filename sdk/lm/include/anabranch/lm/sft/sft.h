#pragma once

#include <anabranch/lm/model/language_model.h>
#include <anabranch/lm/model/responses.h>

#include <cstdint>
#include <span>

namespace anabranch::lm {

/// A label that takes no part in the loss, as transformers has it.
inline constexpr std::int64_t ignored_label = -100;

/// Sequences to learn from, packed end to end, each attending to itself alone with positions from 0, and where in them
/// a token is predicted that counts.
struct SftBatch {
    PackedBatch batch;
    at::Tensor rows;     ///< [N] of the batch: the position before each token that counts
    at::Tensor targets;  ///< [N] these tokens

    [[nodiscard]] std::int64_t count() const { return targets.numel(); }
};
/// labels[i][t] is ids[i][t], or ignored_label; the first of a sequence is predicted by nothing and never counts.
/// Errors name the row: labels of another length or value, and what LanguageModel::pack refuses.
[[nodiscard]] SftBatch pack_sft(const LanguageModel& model, std::span<const std::vector<std::int64_t>> ids,
                                std::span<const std::vector<std::int64_t>> labels);

/// The tokens of these labels that count.
[[nodiscard]] std::int64_t count_targets(std::span<const std::vector<std::int64_t>> labels);

/// The sum over targets of the cross-entropy, float32 []; differentiable when gradients are enabled. The logits exist
/// in chunks only. `how.rows` is set here.
[[nodiscard]] at::Tensor sft_loss_sum(const LanguageModel& model, const SftBatch& batch, ForwardOptions how = {});

struct SftEvaluation {
    double loss = 0;  ///< mean cross-entropy of the tokens that count
    std::int64_t tokens = 0;
    [[nodiscard]] double perplexity() const;
    /// Of the rows of both together.
    SftEvaluation& operator+=(const SftEvaluation& other);
};
/// Without gradients and dropout, about `tokens` tokens at a time. Without a token that counts the loss is 0.
[[nodiscard]] SftEvaluation evaluate_sft(const LanguageModel& model, const Sequences& ids, const Sequences& labels,
                                         std::int64_t tokens = 4096);

}  // namespace anabranch::lm
