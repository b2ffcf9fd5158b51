#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
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

/// Log-probabilities and values, end to end, a few rows at a time.
ResponseEvaluation ask(const LanguageModel& model, const Rollout& rollout) {
    const at::NoGradGuard no_grad;
    constexpr std::size_t rows = 16;
    std::vector<at::Tensor> logprobs;
    std::vector<at::Tensor> values;
    for (std::size_t first = 0; first < rollout.prompts.size(); first += rows) {
        const std::size_t count = std::min(rows, rollout.prompts.size() - first);
        const Responses part = pack_responses(model, std::span(rollout.prompts).subspan(first, count),
                                              std::span(rollout.responses).subspan(first, count));
        const ResponseEvaluation said = evaluate_responses(model, part);
        logprobs.push_back(said.logprobs);
        values.push_back(said.values);
    }
    return {at::cat(logprobs), at::Tensor(), at::cat(values)};
}

}  // namespace

PpoBatch ppo_batch(const LanguageModel& model, const Rollout& rollout) {
    const auto lengths = lengths_of(rollout.responses);
    const std::int64_t width = lengths.empty() ? 0 : *std::ranges::max_element(lengths);
    at::Tensor logprobs = rollout.logprobs;
    at::Tensor values = rollout.values;
    if (!logprobs.defined() || !values.defined()) {
        const ResponseEvaluation said = ask(model, rollout);
        logprobs = said.logprobs;
        values = said.values;
    }
    const auto padded = [&](const at::Tensor& flat) {
        return flat.defined() ? pad_responses(flat.cpu(), lengths, width) : at::Tensor();
    };
    PpoBatch batch;
    batch.logprobs = padded(logprobs);
    batch.values = padded(values);
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
