// A trained model with a SentencePiece vocabulary in its GGUF: karpathy/llama2.c's stories260K.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/model/checkpoint.h>
#include <anabranch/lm/model/language_model.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>

#include "sdk/lm/support/golden.h"

using namespace anabranch::lm;

namespace {

std::optional<LanguageModel> stories() {
    const char* set = std::getenv("ANABRANCH_TEST_DATA");
    const std::filesystem::path data =
        set != nullptr ? set : std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "../shared/data";
    const auto path = data / "models/stories260K/stories260K.gguf";
    if (!std::filesystem::exists(path)) {
        MESSAGE("skipped: " << path.string() << " is absent (set ANABRANCH_TEST_DATA)");
        return std::nullopt;
    }
    const Checkpoint opened = open_checkpoint(path, {at::kFloat, at::kCPU, "test"});
    return LanguageModel({opened.path, opened.weights, opened.tokenizer, {}, {}, {}, {}});
}

at::Tensor last_logits(const LanguageModel& model, const std::vector<std::int64_t>& ids) {
    const std::vector<std::vector<std::int64_t>> sequences{ids};
    return project(model.hidden(model.pack(sequences)), model.weights()->head)[-1];
}

}  // namespace

TEST_CASE("stories260K: logits at a known prompt") {
    const at::NoGradGuard no_grad;
    const auto model = stories();
    if (!model) return;
    const at::Tensor logits = last_logits(*model, {1, 403, 407, 261, 378});
    const float expected[] = {-10.13658F, -5.32947F, -10.13809F, -10.13685F};
    for (int i = 0; i < 4; ++i) CHECK(logits[i].item<float>() == doctest::Approx(expected[i]).epsilon(1e-4));
}

TEST_CASE("stories260K: greedy text from nothing but BOS") {
    const at::NoGradGuard no_grad;
    const auto model = stories();
    if (!model) return;
    const Tokenizer& tokenizer = model->tokenizer();
    CHECK(tokenizer.add_bos());
    CHECK(tokenizer.encode("Once upon a time") == std::vector<std::int64_t>{403, 407, 261, 378});
    std::vector<std::int64_t> ids{*tokenizer.bos()};
    while (ids.size() < 60) ids.push_back(last_logits(*model, ids).argmax().item<std::int64_t>());
    const std::string text = tokenizer.decode(ids, true);
    const std::string known =
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw";
    CAPTURE(text);
    CHECK(text.starts_with(known));
}
