#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/generate/generate.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

GenerateOptions greedy(std::int64_t tokens, std::int64_t slots) {
    GenerateOptions options;
    options.sampler.temperature = 0;
    options.max_new_tokens = tokens;
    options.slots = slots;
    return options;
}

std::vector<std::vector<std::int64_t>> prompts_of(const Golden& recorded, int count) {
    std::vector<std::vector<std::int64_t>> prompts;
    for (int i = 0; i < count; ++i) prompts.push_back(recorded.ids("prompt" + std::to_string(i) + ".ids"));
    return prompts;
}

void check_greedy(const LanguageModel& model, const Golden& recorded, int count, std::int64_t tokens) {
    const auto prompts = prompts_of(recorded, count);
    for (const std::int64_t slots : {64, 2, 1}) {  // all at once, refilled, and each alone
        const Generated generated = generate(model, prompts, greedy(tokens, slots), anabranch::Random(0));
        for (int i = 0; i < count; ++i) {
            CAPTURE(slots);
            CAPTURE(i);
            CHECK(generated.ids[static_cast<std::size_t>(i)] ==
                  recorded.ids("prompt" + std::to_string(i) + ".continuation"));
        }
    }
}

/// What a fresh forward over prompt and response says of the response's tokens.
at::Tensor fresh_logprobs(const LanguageModel& model, const std::vector<std::int64_t>& prompt,
                          const std::vector<std::int64_t>& response) {
    std::vector<std::vector<std::int64_t>> whole{prompt};
    whole.front().insert(whole.front().end(), response.begin(), response.end());
    const PackedBatch batch = model.pack(whole);
    const auto first = static_cast<std::int64_t>(prompt.size());
    const auto size = static_cast<std::int64_t>(response.size());
    const at::Tensor rows = at::arange(first - 1, first + size - 1);
    return token_logprobs(model.hidden(batch, {.rows = rows}), model.weights()->head, batch.ids.narrow(0, first, size))
        .logprobs;
}

void check_logprobs(const LanguageModel& model, const std::vector<std::vector<std::int64_t>>& prompts,
                    std::int64_t tokens, at::ScalarType dtype) {
    const at::NoGradGuard no_grad;
    GenerateOptions options;
    options.max_new_tokens = tokens;
    options.slots = 3;
    const Generated generated = generate(model, prompts, options, anabranch::Random(7));
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        CAPTURE(i);
        CHECK(excess(at::tensor(generated.logprobs[i]), fresh_logprobs(model, prompts[i], generated.ids[i]),
                     test::model(dtype)) < 1);
    }
}

}  // namespace

TEST_CASE("greedy text of the tiny model is transformers', alone and in a ragged, refilled batch") {
    check_greedy(LanguageModel(tiny_parts()), Golden("greedy_tiny.safetensors"), 5, 24);
}

TEST_CASE("greedy text of SmolLM2-135M in float32 is transformers', token for token") {
    auto parts = smollm2_parts(at::kFloat);
    if (!parts) return;
    check_greedy(LanguageModel(std::move(*parts)), Golden("greedy_smollm2.safetensors"), 4, 32);
}

TEST_CASE("greedy text of int8 weights is the same alone and in a ragged, refilled batch") {
    const auto prompts = prompts_of(Golden("greedy_tiny.safetensors"), 5);
    const LanguageModel model(tiny_parts("tiny.gguf", at::kFloat, true));
    const Generated together = generate(model, prompts, greedy(24, 64), anabranch::Random(0));
    for (const std::int64_t slots : {2, 1})
        CHECK(generate(model, prompts, greedy(24, slots), anabranch::Random(0)).ids == together.ids);
}

TEST_CASE("log-probabilities of sampled tokens are those of a fresh forward") {
    const auto prompts = prompts_of(Golden("greedy_tiny.safetensors"), 5);
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
        for (const bool int8 : {false, true})
            check_logprobs(LanguageModel(tiny_parts("tiny.gguf", dtype, int8)), prompts, 40, dtype);
    }
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
        auto parts = smollm2_parts(dtype);
        if (parts)
            check_logprobs(LanguageModel(std::move(*parts)), prompts_of(Golden("greedy_smollm2.safetensors"), 4), 24,
                           dtype);
    }
}
