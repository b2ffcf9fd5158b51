#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/reward/reward_trainer.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/recorded_training.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

Pairs pairs_of(const Golden& recorded, bool with_margin) {
    Pairs pairs;
    for (int i = 0; i < 4; ++i) {
        pairs.better.push_back(recorded.ids(anabranch::cat("j", i)));
        pairs.worse.push_back(recorded.ids(anabranch::cat("k", i)));
    }
    if (with_margin) pairs.margins = recorded["margins"];
    return pairs;
}

}  // namespace

TEST_CASE(
    "reward training is peft's and TRL's: scores, loss, norm, rate, adapter and head; plain, margin and centring") {
    const Json settings = Json::read_file(golden("reward_training.json"));
    for (std::size_t i = 0; i < 2; ++i) {
        const Json run = settings.at("runs").at(i);
        const std::string name = run.at("name").string();
        CAPTURE(name);
        const Golden recorded("reward_" + name + ".safetensors");
        const Pairs pairs = pairs_of(recorded, run.at("margin").boolean());
        RewardOptions options{.training = training_options(settings)};
        if (name == "margin_center") options.center_rewards_coefficient = run.at("center").number();
        for (const std::int64_t parts : {1, 2}) {
            LinearHead head{recorded["initial/score.weight"].requires_grad_(true), at::Tensor()};
            const LanguageModel model = with_recorded_lora(recorded, head);
            {
                const at::NoGradGuard no_grad;
                const PairScores scores = score_pairs(model, pairs);
                CHECK(excess(scores.better, recorded["scores_j"], test::model(at::kFloat)) < 1);
                CHECK(excess(scores.worse, recorded["scores_k"], test::model(at::kFloat)) < 1);
            }
            options.gradient_accumulation_steps = parts;
            RewardTrainer trainer(model, options);
            for (std::size_t step = 0; step < run.at("log").size(); ++step) {
                check_line(trainer.step(model, pairs, anabranch::Random(0)), run.at("log").at(step));
            }
            check_recorded_lora(model, recorded);
            CHECK(excess(model.score_head().weight, recorded["final/score.weight"], test::model(at::kFloat)) < 1);
        }
    }
}
