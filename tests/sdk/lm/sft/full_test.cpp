#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/export/weights_in_memory.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/sft/sft_trainer.h>
#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/recorded_training.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

LanguageModel full_model(at::ScalarType dtype = at::kFloat) {
    auto parts = tiny_parts();
    parts.full = std::make_shared<const FullWeights>(std::move(parts.weights), dtype);
    parts.weights = parts.full->compute();
    return LanguageModel(std::move(parts));
}

Sequences recorded_pieces(const Golden& recorded) {
    const at::Tensor ids = recorded["input_ids"];
    Sequences rows;
    for (std::int64_t row = 0; row < ids.size(0); ++row) {
        const at::Tensor values = ids[row].contiguous();
        rows.emplace_back(values.const_data_ptr<std::int64_t>(),
                          values.const_data_ptr<std::int64_t>() + values.numel());
    }
    return rows;
}

const Sequences texts{{5, 6, 7, 8, 9, 10}, {11, 12, 13}, {20, 21, 22, 23, 24, 25, 26, 27}};

std::map<std::string, double> train(const LanguageModel& model, int steps, SftOptions options = {}) {
    options.training.adam.learning_rate = 1e-3;
    SftTrainer trainer(model, options);
    std::map<std::string, double> last;
    for (int i = 0; i < steps; ++i) last = trainer.step(model, texts, texts, anabranch::Random(0));
    return last;
}

}  // namespace

TEST_CASE("six steps of full fine-tuning are transformers': loss, norm, rate, every weight; norms do not decay") {
    const Golden recorded("sft_full.safetensors");
    const Sequences pieces = recorded_pieces(recorded);
    const Json run = Json::read_file(golden("sft.json")).at("runs").at(0);
    for (const bool checkpointing : {false, true}) {
        CAPTURE(checkpointing);
        const LanguageModel model = full_model();
        CHECK(evaluate_sft(model, pieces, pieces).loss ==
              doctest::Approx(recorded["before"].item<double>()).epsilon(1e-5));
        SftTrainer trainer(model, {.training = training_options(run),
                                   .gradient_accumulation_steps = 2,
                                   .gradient_checkpointing = checkpointing});
        for (std::size_t step = 0; step < run.at("log").size(); ++step)
            check_line(trainer.step(model, pieces, pieces, anabranch::Random(0)), run.at("log").at(step));
        const auto weights = weights_in_memory(*model.weights(), nullptr);
        for (const TensorSpec& tensor : tensors_of(model.config())) {
            CAPTURE(tensor.name);
            CHECK(excess(weights->read(tensor), recorded["final/" + tensor.name], test::model(at::kFloat)) < 1);
        }
        CHECK(evaluate_sft(model, pieces, pieces).loss ==
              doctest::Approx(recorded["after"].item<double>()).epsilon(1e-4));
    }
}

TEST_CASE("layers computed again in the backward give the same bits, with LoRA, dropout and in full") {
    const auto lora = [](bool checkpointing) {
        auto parts = tiny_parts();
        parts.lora.emplace(LoraConfig{4, 8, 0.2, {Module::q, Module::o, Module::down}}, parts.weights->config,
                           anabranch::Random(1), at::kCPU);
        const LanguageModel model(std::move(parts));
        train(model, 3, {.gradient_checkpointing = checkpointing});
        return model.parameters();
    };
    const auto full = [](bool checkpointing) {
        const LanguageModel model = full_model();
        train(model, 2, {.gradient_checkpointing = checkpointing});
        return model.parameters();
    };
    for (const auto& [one, other] : {std::pair(lora(false), lora(true)), std::pair(full(false), full(true))}) {
        for (std::size_t i = 0; i < one.size(); ++i) CHECK(at::equal(one[i], other[i]));
    }
}

TEST_CASE("in bfloat16 the float32 weights are trained and those to compute with follow") {
    const LanguageModel exact = full_model();
    const LanguageModel model = full_model(at::kBFloat16);
    CHECK((model.weights()->embedding.values.scalar_type() == at::kBFloat16));
    const double before = evaluate_sft(model, texts, texts).loss;
    CHECK(before == doctest::Approx(evaluate_sft(exact, texts, texts).loss).epsilon(0.02));
    train(model, 5);
    train(exact, 5);
    CHECK(evaluate_sft(model, texts, texts).loss < before - 0.1);
    CHECK(evaluate_sft(model, texts, texts).loss ==
          doctest::Approx(evaluate_sft(exact, texts, texts).loss).epsilon(0.05));
    CHECK(at::equal(model.weights()->layers[1].down.values,
                    model.parts().full->layer(1).down.detach().to(at::kBFloat16)));
    CHECK(model.weights()->head.values.is_alias_of(model.weights()->embedding.values));
    // A step too small for bfloat16 is not lost.
    CHECK_FALSE(at::equal(model.parts().full->layer(0).qkv.detach().to(at::kBFloat16).to(at::kFloat),
                          model.parts().full->layer(0).qkv.detach()));
}

TEST_CASE("a snapshot keeps the weights of its time; there is no view of what they were") {
    const LanguageModel model = full_model();
    const auto snapshot = std::dynamic_pointer_cast<const LanguageModel>(model.snapshot());
    const double before = evaluate_sft(*snapshot, texts, texts).loss;
    train(model, 3);
    CHECK(evaluate_sft(*snapshot, texts, texts).loss == before);
    CHECK(evaluate_sft(model, texts, texts).loss < before);
    CHECK(snapshot->parameters().empty());
    CHECK_THROWS_AS(static_cast<void>(model.view("base")), anabranch::Error);
}

TEST_CASE("all weights are saved as a folder that can be opened, and taken back") {
    const anabranch::tests::TemporaryFolder folder;
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
        const LanguageModel model = full_model(dtype);
        train(model, 3);
        model.save(folder.path());
        LanguageModel loaded = full_model(dtype);
        CHECK_FALSE(at::equal(loaded.parameters()[3], model.parameters()[3]));
        loaded.load(folder.path());
        for (std::size_t i = 0; i < model.parameters().size(); ++i)
            CHECK(at::equal(loaded.parameters()[i], model.parameters()[i]));
        CHECK(evaluate_sft(loaded, texts, texts).loss == evaluate_sft(model, texts, texts).loss);
    }
}
