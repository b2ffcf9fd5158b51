#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/model/saved_adapter.h>
#include <anabranch/lm/tensor/tensor_file.h>
#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

LanguageModel judge(std::uint64_t seed) {
    auto parts = tiny_parts();
    parts.lora.emplace(LoraConfig{4, 8, 0.1, {Module::q, Module::v}}, parts.weights->config, anabranch::Random(seed),
                       at::kCPU);
    const at::NoGradGuard no_grad;
    for (at::Tensor parameter : parts.lora->parameters()) parameter.add_(0.05);
    parts.score_head = LinearHead::make(parts.weights->config.hidden, false, anabranch::Random(seed + 1), at::kCPU);
    return LanguageModel(std::move(parts));
}

const Sequences sequences{{5, 6, 7}, {8, 9, 10, 11}, {12}};

}  // namespace

TEST_CASE("a reward model's scores survive saving and loading, with their normalisation") {
    const anabranch::tests::TemporaryFolder folder;
    auto parts = judge(1).parts();
    const at::Tensor raw = score_sequences(LanguageModel(parts), sequences);
    parts.score_head->set_normalisation(0.1, 2.5e-3);
    const LanguageModel model(parts);
    const at::Tensor scores = score_sequences(model, sequences);
    CHECK(at::allclose(scores, (raw - 0.1) / 2.5e-3, 1e-5, 1e-4));
    model.save(folder.path());

    auto loaded = judge(7).parts();
    load_adapter(folder.path(), *loaded.lora);
    load_head(folder.path() / score_head_file, "score", *loaded.score_head);
    CHECK(loaded.score_head->mean == 0.1);
    CHECK(loaded.score_head->deviation == 2.5e-3);
    CHECK(at::equal(score_sequences(LanguageModel(loaded), sequences), scores));
    const auto copy = std::dynamic_pointer_cast<const LanguageModel>(model.snapshot());
    CHECK(at::equal(score_sequences(*copy, sequences), scores));
}

TEST_CASE("a reward model's scores survive the merging of its adapter into the weights") {
    const anabranch::tests::TemporaryFolder folder;
    auto parts = judge(1).parts();
    parts.score_head->set_normalisation(-0.2, 0.5);
    const LanguageModel model(parts);
    model.save(folder.path());

    const auto file = std::make_shared<const GgufFile>(golden("tiny.gguf"));
    const LlamaConfig config = config_from_gguf(*file);
    const auto merged = merged_weights(gguf_weights(file, config), read_saved_adapter(folder.path()), config);
    parts.weights = build_weights(config, *merged, {at::kFloat, at::kCPU, "test"});
    parts.lora.reset();
    parts.score_head = LinearHead::make(config.hidden, false, anabranch::Random(9), at::kCPU);
    load_head(folder.path() / score_head_file, "score", *parts.score_head);
    CHECK(excess(score_sequences(LanguageModel(parts), sequences), score_sequences(model, sequences),
                 test::model(at::kFloat)) < 1);
    parts.weights = tiny_parts().weights;
    CHECK(excess(score_sequences(LanguageModel(parts), sequences), score_sequences(model, sequences),
                 test::model(at::kFloat)) > 1);  // the adapter does something
}

TEST_CASE("a head without normalisation is a plain one; a normalisation that is none is refused") {
    const anabranch::tests::TemporaryFolder folder;
    const auto file = folder.path() / "head.safetensors";
    LinearHead head = judge(1).score_head();
    save_head(file, "score", head);
    CHECK_FALSE(SafetensorsFile(file).metadata().contains("score.mean"));
    head.set_normalisation(3, 4);
    load_head(file, "score", head);
    CHECK(head.mean == 0);
    CHECK(head.deviation == 1);
    CHECK_THROWS_AS(head.set_normalisation(0, 0), anabranch::Error);
    CHECK_THROWS_AS(head.set_normalisation(INFINITY, 1), anabranch::Error);

    save_tensors(file, {{"score.weight", head.weight}}, {{"score.std", "wide"}});
    CHECK_THROWS_WITH_AS(load_head(file, "score", head), doctest::Contains("score.std is 'wide'"), anabranch::Error);
    save_tensors(file, {{"score.weight", head.weight}}, {{"score.std", "0"}});
    CHECK_THROWS_WITH_AS(load_head(file, "score", head), doctest::Contains("head.safetensors"), anabranch::Error);
}
