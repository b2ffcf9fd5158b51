#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/reward/reward_trainer.h>
#include <doctest/doctest.h>

#include <cmath>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

LanguageModel judge() {
    auto parts = tiny_parts();
    parts.lora.emplace(LoraConfig{4, 8, 0.1, {Module::q, Module::v}}, parts.weights->config, anabranch::Random(1),
                       at::kCPU);
    parts.score_head = LinearHead::make(parts.weights->config.hidden, false, anabranch::Random(2), at::kCPU);
    return LanguageModel(std::move(parts));
}

// The padding and end-of-text ids 0 and 2 stand inside: only true lengths may count.
Pairs some_pairs() {
    return {{{5, 6, 0, 8}, {9, 2}, {10, 11, 12}}, {{5, 7}, {9, 14, 15, 16, 2}, {10, 13, 12}}, {}};
}

}  // namespace

TEST_CASE("both sides in one forward are the scores of each sequence alone") {
    const at::NoGradGuard no_grad;
    const LanguageModel model = judge();
    const Pairs pairs = some_pairs();
    const PairScores scores = score_pairs(model, pairs);
    for (std::size_t i = 0; i < pairs.count(); ++i) {
        const auto row = static_cast<std::int64_t>(i);
        CHECK(excess(scores.better[row], score_sequences(model, {pairs.better[i]})[0], operation(at::kFloat)) < 1);
        CHECK(excess(scores.worse[row], score_sequences(model, {pairs.worse[i]})[0], operation(at::kFloat)) < 1);
    }
}

TEST_CASE("evaluation: moments of all raw scores, the rule of the longer answer beside the model's accuracy") {
    const LanguageModel model = judge();
    const Pairs pairs = some_pairs();
    const PairEvaluation whole = evaluate_pairs(model, pairs);
    Sequences all = pairs.better;
    all.insert(all.end(), pairs.worse.begin(), pairs.worse.end());
    const at::Tensor scores = score_sequences(model, all);
    CHECK(whole.mean == doctest::Approx(scores.mean().item<double>()).epsilon(1e-5));
    CHECK(whole.deviation == doctest::Approx(scores.std().item<double>()).epsilon(1e-5));
    CHECK(whole.longer_accuracy == doctest::Approx(1.5 / 3));  // longer, shorter, as long
    CHECK(whole.accuracy >= whole.strict_accuracy);
    const PairEvaluation parts = evaluate_pairs(model, pairs, 0, 1);
    CHECK(parts.loss == doctest::Approx(whole.loss).epsilon(1e-6));
    CHECK(evaluate_pairs(model, pairs, 0.5).loss > whole.loss);
}

TEST_CASE("training orders the pairs and moves adapter and head; dropout depends on the generator") {
    const LanguageModel model = judge();
    const Pairs pairs = some_pairs();
    const at::Tensor head = model.score_head().weight.detach().clone();
    const at::Tensor lora = model.lora()->parameters()[1].detach().clone();
    RewardTrainer trainer(model, {.training = {.adam = {.learning_rate = 0.02, .decoupled = true}}});
    const double before = evaluate_pairs(model, pairs).loss;
    double accuracy = 0;
    for (std::uint64_t i = 0; i < 12; ++i) accuracy = trainer.step(model, pairs, anabranch::Random(i)).at("accuracy");
    CHECK(accuracy == 1);
    CHECK(evaluate_pairs(model, pairs).loss < before / 2);
    CHECK_FALSE(at::equal(head, model.score_head().weight));
    CHECK_FALSE(at::equal(lora, model.lora()->parameters()[1]));
    const auto first_loss = [&](std::uint64_t key) {
        const LanguageModel fresh = judge();
        {
            const at::NoGradGuard no_grad;
            for (at::Tensor parameter : fresh.lora()->parameters()) parameter.add_(0.1);
        }
        return RewardTrainer(fresh, {}).step(fresh, pairs, anabranch::Random(key)).at("loss");
    };
    CHECK(first_loss(1) == first_loss(1));
    CHECK(first_loss(1) != first_loss(2));
}

TEST_CASE("pairs that cannot be learnt from are refused by row, and nothing has changed") {
    const LanguageModel model = judge();
    RewardTrainer trainer(model, {});
    const auto step = [&](const Pairs& pairs) { return trainer.step(model, pairs, anabranch::Random(0)); };
    CHECK_THROWS_WITH_AS(step({{{1}, {}}, {{2}, {3}}, {}}), "pair 1: the better side has no tokens", anabranch::Error);
    CHECK_THROWS_WITH_AS(step({{{1}}, {{}}, {}}), "pair 0: the worse side has no tokens", anabranch::Error);
    CHECK_THROWS_AS(step({{{1}, {2}}, {{2}}, {}}), anabranch::Error);
    CHECK_THROWS_AS(step({}), anabranch::Error);
    CHECK_THROWS_WITH_AS(step({{{1}, {4}}, {{2}, {3}}, at::tensor({0.0F, NAN})}), "pair 1: the margin is not finite",
                         anabranch::Error);
    CHECK_THROWS_AS(step({{{1}}, {{2}}, at::zeros({2})}), anabranch::Error);
    at::Tensor(model.score_head().weight).mutable_data_ptr<float>()[0] = NAN;
    CHECK_THROWS_WITH_AS(step({{{1}}, {{2}}, {}}), doctest::Contains("the loss of pairs 0 to 0 is nan"),
                         anabranch::Error);
    for (const at::Tensor& parameter : model.parameters()) CHECK_FALSE(parameter.grad().defined());
    CHECK_THROWS_WITH_AS(RewardTrainer(LanguageModel(tiny_parts()), {}), doctest::Contains("nothing to train"),
                         anabranch::Error);
}
