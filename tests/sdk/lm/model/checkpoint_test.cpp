#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/model/checkpoint.h>
#include <anabranch/lm/model/language_model.h>
#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/model/saved_adapter.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"
#include "support/temporary_folder.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using anabranch::Error;
using anabranch::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

const Compute float32{at::kFloat, at::kCPU, "test"};

fs::path folder(const std::string& name) {
    return golden("checkpoints") / name;
}

LanguageModel model_of(Checkpoint opened) {
    return LanguageModel({opened.path, opened.weights, opened.tokenizer, {}, {}, std::move(opened.score_head), {}});
}

at::Tensor logits(const LanguageModel& model, const std::vector<std::int64_t>& ids) {
    const std::vector<std::vector<std::int64_t>> sequences{ids};
    return project(model.hidden(model.pack(sequences)), model.weights()->head);
}

}  // namespace

TEST_CASE("checkpoints: every kind of folder gives the logits of transformers and peft") {
    const at::NoGradGuard no_grad;
    const Golden recorded("checkpoints.safetensors");
    const auto ids = recorded.ids("ids");
    for (const std::string name : {"llama", "llama3", "sharded", "mistral", "adapter"}) {
        CAPTURE(name);
        Checkpoint opened = open_checkpoint(folder(name), float32);
        CHECK(opened.language_model);
        CHECK_FALSE(opened.score_head.has_value());
        CHECK(excess(logits(model_of(std::move(opened)), ids), recorded[name], test::model(at::kFloat)) < 1);
    }
    // The same weights without the adapter are far from those with it.
    CHECK(excess(recorded["adapter"], recorded["llama"], test::model(at::kFloat)) > 100);
}

TEST_CASE("checkpoints: a sequence classifier and a reward adapter bring their score head") {
    const at::NoGradGuard no_grad;
    const Golden recorded("checkpoints.safetensors");
    const Sequences sequences{recorded.ids("ids")};
    for (const std::string name : {"classifier", "reward_adapter"}) {
        CAPTURE(name);
        Checkpoint opened = open_checkpoint(folder(name), float32);
        CHECK(opened.language_model == (name == "reward_adapter"));
        REQUIRE(opened.score_head.has_value());
        CHECK(excess(score_sequences(model_of(std::move(opened)), sequences), recorded[name], test::model(at::kFloat)) <
              1);
    }
    const auto head = read_score_head(folder("reward_adapter"), 32);
    REQUIRE(head.has_value());
    CHECK_FALSE(read_score_head(folder("adapter"), 32).has_value());
    CHECK_THROWS_WITH_AS(static_cast<void>(read_score_head(folder("reward_adapter"), 16)),
                         doctest::Contains("the score head has shape [1, 32], expected [1, 16]"), Error);
}

TEST_CASE("checkpoints: shapes, tokenizer and description of what was opened") {
    const CheckpointSource mistral = open_checkpoint_source(folder("mistral"));
    CHECK(mistral.config.attention.head_dim == 12);
    CHECK(mistral.config.context == 16);  // its sliding window
    CHECK(mistral.description == "Hugging Face folder");
    CHECK(fs::path(mistral.path).is_absolute());
    const CheckpointSource sharded = open_checkpoint_source(folder("sharded"));
    CHECK(sharded.config.attention.kv_heads == 1);
    CHECK(sharded.config.rope_scaling.kind == RopeScaling::Kind::linear);
    CHECK(sharded.description.find("Hugging Face folder, 4 shards") == 0);
    const CheckpointSource llama3 = open_checkpoint_source(folder("llama3"));
    CHECK(llama3.config.tied_head);
    CHECK(llama3.config.rope_scaling.kind == RopeScaling::Kind::llama3);
    CHECK(llama3.tokenizer->stops() == std::vector<std::int64_t>{297, 298});
    CHECK(llama3.tokenizer->bos() == 296);
    CHECK(open_checkpoint_source(folder("adapter")).description == "Hugging Face folder, adapter adapter merged");
    CHECK(open_checkpoint_source(golden("tiny.gguf")).description == "GGUF file");
}

TEST_CASE("checkpoints: what a run saved is an adapter's directory, and stands on another one") {
    const at::NoGradGuard no_grad;
    const TemporaryFolder run;
    auto parts = tiny_parts();
    parts.checkpoint = golden("tiny.gguf").string();
    LoraConfig config{4, 8, 0, {Module::q, Module::down}};
    parts.lora.emplace(config, parts.weights->config, anabranch::Random(1), at::kCPU);
    for (const at::Tensor& parameter : parts.lora->parameters()) at::Tensor(parameter).normal_(0, 0.1);
    const LanguageModel trained(std::move(parts));
    fs::create_directory(run.path() / "first");
    trained.save(run.path() / "first");

    const LanguageModel merged = model_of(open_checkpoint(run.path() / "first", float32));
    const std::vector<std::int64_t> ids{5, 9, 200, 17};
    CHECK(excess(logits(merged, ids), logits(trained, ids), test::model(at::kFloat)) < 1);

    auto second_parts =
        LanguageModel::Parts{merged.parts().checkpoint, merged.weights(), merged.parts().tokenizer, {}, {}, {}, {}};
    second_parts.lora.emplace(config, merged.config(), anabranch::Random(2), at::kCPU);
    for (const at::Tensor& parameter : second_parts.lora->parameters()) at::Tensor(parameter).normal_(0, 0.1);
    const LanguageModel second(std::move(second_parts));
    fs::create_directory(run.path() / "second");
    second.save(run.path() / "second");
    const LanguageModel twice = model_of(open_checkpoint(run.path() / "second", float32));
    CHECK(excess(logits(twice, ids), logits(second, ids), test::model(at::kFloat)) < 1);
    CHECK(excess(logits(twice, ids), logits(merged, ids), test::model(at::kFloat)) > 10);
}
