#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <anabranch/lm/model/responses.h>

#include <algorithm>

#include "parts.h"

namespace anabranch::lm {
namespace {

template <typename Body>
void over_responses(const LanguageModel& model, const Sequences& prompts, const Sequences& responses,
                    std::int64_t tokens, Body body) {
    const at::NoGradGuard no_grad;
    const auto size = [&](std::size_t row) {
        return static_cast<std::int64_t>(prompts[row].size() + responses[row].size());
    };
    for_parts(prompts.size(), tokens, size, [&](std::size_t first, std::size_t count) {
        body(pack_responses(model, std::span(prompts).subspan(first, count),
                            std::span(responses).subspan(first, count)));
    });
}

/// What was found part by part, on the CPU; empty without parts.
at::Tensor joined(const std::vector<at::Tensor>& parts) {
    return parts.empty() ? at::empty({0}, at::kFloat) : at::cat(parts).cpu();
}

}  // namespace

Responses pack_responses(const LanguageModel& model, std::span<const std::vector<std::int64_t>> prompts,
                         std::span<const std::vector<std::int64_t>> responses) {
    if (prompts.size() != responses.size())
        throw Error(cat(prompts.size(), " prompts, but ", responses.size(), " responses"));
    Sequences whole;
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> targets;
    Responses packed;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        if (prompts[i].empty() || responses[i].empty()) {
            throw Error(cat("row ", i, ": the ", prompts[i].empty() ? "prompt" : "response", " has no tokens"));
        }
        whole.push_back(prompts[i]);
        whole.back().insert(whole.back().end(), responses[i].begin(), responses[i].end());
        first += static_cast<std::int64_t>(prompts[i].size());
        for (const std::int64_t id : responses[i]) {
            rows.push_back(first++ - 1);
            targets.push_back(id);
        }
        packed.lengths.push_back(static_cast<std::int64_t>(responses[i].size()));
    }
    packed.batch = model.pack(whole);
    const at::Device device = packed.batch.ids.device();
    packed.rows = at::tensor(rows, at::kLong).to(device);
    packed.targets = at::tensor(targets, at::kLong).to(device);
    return packed;
}

ResponseEvaluation evaluate_responses(const LanguageModel& model, const Responses& responses,
                                      std::optional<Random> dropout) {
    const at::Tensor hidden = model.hidden(responses.batch, {.rows = responses.rows, .dropout = dropout});
    const TokenLogprobs said = token_logprobs(hidden, model.weights()->head, responses.targets);
    return {said.logprobs, said.entropy, model.parts().value_head ? model.value_head()(hidden) : at::Tensor()};
}

at::Tensor pad_responses(const at::Tensor& flat, std::span<const std::int64_t> lengths, std::int64_t width) {
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        for (std::int64_t t = 0; t < lengths[i]; ++t) places.push_back(static_cast<std::int64_t>(i) * width + t);
    }
    const auto rows = static_cast<std::int64_t>(lengths.size());
    const at::Tensor index = at::tensor(places, at::kLong).to(flat.device());
    return at::zeros({rows * width}, flat.options().requires_grad(false))
        .index_copy(0, index, flat)
        .view({rows, width});
}

ResponseEvaluation evaluate_all(const LanguageModel& model, const Sequences& prompts, const Sequences& responses,
                                std::int64_t tokens) {
    std::vector<at::Tensor> logprobs;
    std::vector<at::Tensor> entropy;
    std::vector<at::Tensor> values;
    over_responses(model, prompts, responses, tokens, [&](const Responses& part) {
        const ResponseEvaluation said = evaluate_responses(model, part);
        logprobs.push_back(said.logprobs);
        entropy.push_back(said.entropy);
        if (said.values.defined()) values.push_back(said.values);
    });
    return {joined(logprobs), joined(entropy), model.parts().value_head ? joined(values) : at::Tensor()};
}

at::Tensor response_logprobs(const LanguageModel& model, const Sequences& prompts, const Sequences& responses,
                             std::int64_t tokens) {
    return evaluate_all(model, prompts, responses, tokens).logprobs;
}

at::Tensor response_full_kl(const LanguageModel& policy, const LanguageModel& reference, const Sequences& prompts,
                            const Sequences& responses, std::int64_t tokens) {
    std::vector<at::Tensor> parts;
    over_responses(policy, prompts, responses, tokens, [&](const Responses& part) {
        const auto rows = [&](const LanguageModel& model) { return model.hidden(part.batch, {.rows = part.rows}); };
        const at::Tensor hidden = rows(policy);
        const at::Tensor ref_hidden = rows(reference);
        const std::int64_t chunk = logit_chunk_rows(hidden, policy.weights()->head);
        for (std::int64_t first = 0; first < hidden.size(0); first += chunk) {
            const auto log_softmax = [&](const at::Tensor& h, const LanguageModel& model) {
                const at::Tensor some = h.narrow(0, first, std::min(chunk, h.size(0) - first));
                return at::log_softmax(project(some, model.weights()->head), -1, at::kFloat);
            };
            parts.push_back(full_kl(log_softmax(hidden, policy), log_softmax(ref_hidden, reference)));
        }
    });
    return joined(parts);
}

at::Tensor score_sequences(const LanguageModel& model, const Sequences& sequences, std::int64_t tokens) {
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> parts;
    const auto size = [&](std::size_t row) { return static_cast<std::int64_t>(sequences[row].size()); };
    for_parts(sequences.size(), tokens, size, [&](std::size_t first, std::size_t count) {
        const PackedBatch batch = model.pack(std::span(sequences).subspan(first, count));
        std::vector<std::int64_t> last;
        for (std::size_t i = 0; i < count; ++i) {
            if (sequences[first + i].empty()) throw Error(cat("row ", first + i, " has no tokens to score"));
            last.push_back(batch.offsets[i + 1] - 1);
        }
        const at::Tensor hidden = model.hidden(batch, {.rows = at::tensor(last, at::kLong).to(batch.ids.device())});
        parts.push_back(model.score_head().normalised(model.score_head()(hidden)));
    });
    return joined(parts);
}

}  // namespace anabranch::lm
