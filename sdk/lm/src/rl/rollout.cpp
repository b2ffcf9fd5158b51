#include <ATen/ATen.h>
#include <anabranch/lm/rl/rollout.h>

#include <algorithm>
#include <memory>

namespace anabranch::lm {
namespace {

std::vector<std::int64_t> lengths_of(const Sequences& sequences) {
    std::vector<std::int64_t> lengths;
    for (const auto& sequence : sequences) lengths.push_back(static_cast<std::int64_t>(sequence.size()));
    return lengths;
}

}  // namespace

PpoBatch ppo_batch(const Rollout& rollout) {
    const auto lengths = lengths_of(rollout.responses);
    const std::int64_t width = lengths.empty() ? 0 : *std::ranges::max_element(lengths);
    const auto padded = [&](const at::Tensor& flat) {
        return flat.defined() ? pad_responses(flat.cpu(), lengths, width) : at::Tensor();
    };
    PpoBatch batch;
    batch.logprobs = padded(rollout.logprobs);
    batch.values = padded(rollout.values);
    batch.ref_logprobs = padded(rollout.ref_logprobs);
    batch.kl = padded(rollout.kl);
    batch.mask = padded(at::ones_like(rollout.ref_logprobs));
    batch.scores = rollout.scores;
    batch.query_lengths = lengths_of(rollout.prompts);
    batch.response_lengths = lengths;
    return batch;
}

Evaluate evaluate_rollout(const LanguageModel& model, const Rollout& rollout, std::optional<Random> dropout) {
    auto calls = std::make_shared<std::uint64_t>(0);
    return [&model, &rollout, dropout, calls](std::span<const std::int64_t> rows) {
        Sequences prompts;
        Sequences responses;
        for (const std::int64_t row : rows) {
            prompts.push_back(rollout.prompts[static_cast<std::size_t>(row)]);
            responses.push_back(rollout.responses[static_cast<std::size_t>(row)]);
        }
        const Responses packed = pack_responses(model, prompts, responses);
        const std::uint64_t call = (*calls)++;
        const ResponseEvaluation said =
            evaluate_responses(model, packed, dropout ? std::optional(dropout->fork(call)) : std::nullopt);
        const std::int64_t width = *std::ranges::max_element(packed.lengths);
        const auto padded = [&](const at::Tensor& flat) { return pad_responses(flat, packed.lengths, width).cpu(); };
        return Evaluation{padded(said.logprobs), padded(said.values), padded(said.entropy)};
    };
}

}  // namespace anabranch::lm
