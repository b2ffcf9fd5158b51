#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

TEST_CASE("logits, hidden states and log-probabilities of a packed ragged batch are transformers'") {
    const at::NoGradGuard no_grad;
    const Golden recorded("logits_tiny.safetensors");
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
        const LanguageModel model(tiny_parts("tiny.gguf", dtype));
        std::vector<std::vector<std::int64_t>> sequences;
        for (int i = 0; i < 3; ++i) sequences.push_back(recorded.ids("sequence" + std::to_string(i) + ".ids"));
        const PackedBatch batch = model.pack(sequences);
        const at::Tensor hidden = model.hidden(batch);
        const at::Tensor logits = project(hidden, model.weights()->head);
        for (std::size_t i = 0; i < 3; ++i) {
            CAPTURE(i);
            const std::string prefix = "sequence" + std::to_string(i) + ".";
            const std::int64_t length = batch.length(static_cast<std::int64_t>(i));
            CHECK(excess(hidden.narrow(0, batch.offsets[i], length), recorded[prefix + "hidden"], test::model(dtype)) <
                  1);
            CHECK(excess(logits.narrow(0, batch.offsets[i], length), recorded[prefix + "logits"], test::model(dtype)) <
                  1);
            const auto said = token_logprobs(hidden.narrow(0, batch.offsets[i], length - 1), model.weights()->head,
                                             batch.ids.narrow(0, batch.offsets[i] + 1, length - 1));
            CHECK(excess(said.logprobs, recorded[prefix + "logprobs"], test::model(dtype)) < 1);
        }
    }
}

TEST_CASE("each quantisation gives the logits of the file it was read from") {
    const at::NoGradGuard no_grad;
    const Golden recorded("gguf.safetensors");
    for (const std::string file : {"tiny", "tiny-f16", "tiny-bf16", "tiny-q8_0", "tiny-q4_0", "tiny-q4_1"}) {
        CAPTURE(file);
        const LanguageModel model(tiny_parts(file + ".gguf"));
        const std::vector<std::vector<std::int64_t>> sequences{recorded.ids("ids")};
        const at::Tensor logits = project(model.hidden(model.pack(sequences)), model.weights()->head);
        CHECK(excess(logits[-1], recorded[file + "/last_logits"], test::model(at::kFloat)) < 1);
    }
}

TEST_CASE("SmolLM2-135M: logits, best tokens and log-probabilities are transformers'") {
    const at::NoGradGuard no_grad;
    const Golden recorded("logits_smollm2.safetensors");
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
        auto parts = smollm2_parts(dtype);
        if (!parts) return;
        const LanguageModel model(std::move(*parts));
        const std::vector<std::vector<std::int64_t>> sequences{recorded.ids("ids")};
        const PackedBatch batch = model.pack(sequences);
        const at::Tensor hidden = model.hidden(batch);
        const at::Tensor logits = project(hidden, model.weights()->head);
        CHECK(excess(logits[-1].index_select(0, recorded["chosen"]), recorded["chosen_logits"], test::model(dtype)) <
              1);
        const auto said = token_logprobs(hidden.narrow(0, 0, batch.tokens() - 1), model.weights()->head,
                                         batch.ids.narrow(0, 1, batch.tokens() - 1));
        CHECK(excess(said.logprobs, recorded["logprobs"], test::model(dtype)) < 1);
        if (dtype == at::kFloat) CHECK(at::equal(logits.argmax(-1), recorded["best"]));
    }
}
