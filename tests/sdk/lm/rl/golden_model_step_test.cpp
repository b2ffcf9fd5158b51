#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/rl/rollout.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

LanguageModel policy_as_recorded(const Golden& recorded, const Json& settings) {
    auto parts = tiny_parts();
    LoraConfig config{settings.at("r").integer(), settings.at("alpha").number(), 0.05, {Module::q, Module::v}};
    parts.lora.emplace(config, parts.weights->config, Random(1), at::kCPU);
    parts.value_head = LinearHead::make(parts.weights->config.hidden, true, Random(2), at::kCPU);
    LanguageModel model(std::move(parts));
    const at::NoGradGuard no_grad;
    const auto names = model.lora()->parameter_names();
    const auto parameters = model.lora()->parameters();
    for (std::size_t i = 0; i < names.size(); ++i) at::Tensor(parameters[i]).copy_(recorded["initial/" + names[i]]);
    at::Tensor(model.value_head().weight).copy_(recorded["initial/v_head.summary.weight"]);
    at::Tensor(model.value_head().bias).copy_(recorded["initial/v_head.summary.bias"]);
    return model;
}

/// The values of a recorded [rows, W] matrix where the responses are, end to end.
at::Tensor at_responses(const Golden& recorded, const std::string& name, const Rollout& rollout) {
    const at::Tensor matrix = recorded[name];
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < rollout.prompts.size(); ++i) {
        rows.push_back(
            matrix[static_cast<std::int64_t>(i)].narrow(0, static_cast<std::int64_t>(rollout.prompts[i].size()) - 1,
                                                        static_cast<std::int64_t>(rollout.responses[i].size())));
    }
    return at::cat(rows).to(at::kFloat);
}

}  // namespace

TEST_CASE("two whole PPO steps of the model are TRL's: log-probabilities, values, statistics, weights") {
    const Golden recorded("ppo.safetensors");
    const Json json = Json::read_file(golden("ppo.json"));
    const LanguageModel model = policy_as_recorded(recorded, json.at("lora"));
    const auto base = model.view("base");
    const auto& reference = dynamic_cast<const LanguageModel&>(*base);
    PpoConfig config;
    config.mini_batch_size = 2;
    config.gradient_accumulation_steps = 1;
    config.ppo_epochs = 2;
    config.optimiser.learning_rate = 1e-3;
    PpoTrainer trainer(config, model.parameters());
    for (std::size_t step = 0; step < 2; ++step) {
        CAPTURE(step);
        const std::string prefix = "step" + std::to_string(step) + "/";
        Rollout rollout;
        for (int row = 0; row < 6; ++row) {
            rollout.prompts.push_back(recorded.ids(prefix + "query" + std::to_string(row)));
            rollout.responses.push_back(recorded.ids(prefix + "response" + std::to_string(row)));
        }
        rollout.scores = recorded[prefix + "scores"].to(at::kFloat);
        rollout.ref_logprobs = response_logprobs(reference, rollout.prompts, rollout.responses);
        CHECK(excess(rollout.ref_logprobs, at_responses(recorded, prefix + "ref_logprobs", rollout),
                     test::model(at::kFloat)) < 1);
        const ResponseEvaluation before = evaluate_all(model, rollout.prompts, rollout.responses);
        rollout.logprobs = before.logprobs;
        rollout.values = before.values;
        const PpoBatch batch = ppo_batch(rollout);
        CHECK(excess(batch.logprobs.masked_select(batch.mask > 0), at_responses(recorded, prefix + "logprobs", rollout),
                     test::model(at::kFloat)) < 1);
        CHECK(excess(batch.values.masked_select(batch.mask > 0), at_responses(recorded, prefix + "values", rollout),
                     test::model(at::kFloat)) < 1);

        const at::Tensor permutations = recorded[prefix + "permutations"];
        const auto statistics = trainer.step(batch, evaluate_rollout(model, rollout), [&](std::int64_t epoch) {
            const at::Tensor order = permutations[epoch].contiguous();
            return std::vector<std::int64_t>(order.const_data_ptr<std::int64_t>(),
                                             order.const_data_ptr<std::int64_t>() + order.numel());
        });
        const Json stats = json.at("steps").at(step).at("stats");
        std::size_t compared = 0;
        for (std::size_t i = 0; i < stats.size(); ++i) {
            const auto found = statistics.find(stats.key(i));
            if (found == statistics.end()) continue;
            CAPTURE(stats.key(i));
            CHECK(found->second == doctest::Approx(stats.member(i).number()).epsilon(2e-3).scale(0.01));
            ++compared;
        }
        CHECK(compared >= 20);
        CHECK(trainer.kl_coef() ==
              doctest::Approx(json.at("steps").at(step).at("kl_coefficient_after").number()).epsilon(1e-6));
        const auto names = model.lora()->parameter_names();
        for (std::size_t i = 0; i < names.size(); ++i) {
            CAPTURE(names[i]);
            // Adam's first steps turn rounding of near-zero gradients into steps of up to lr: see
            // tests/golden/README.md.
            CHECK(excess(model.lora()->parameters()[i], recorded[prefix + "final/" + names[i]],
                         test::model(at::kFloat)) < 1);
        }
        CHECK(excess(model.value_head().weight, recorded[prefix + "final/v_head.summary.weight"],
                     test::model(at::kFloat)) < 1);
    }
}
