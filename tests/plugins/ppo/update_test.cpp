#include <anabranch/lm/rl/rollout.h>
#include <anabranch/lm/tensor/bridge.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/policy/nodes.h>
#include <plugins/ppo/config.h>
#include <plugins/ppo/nodes.h>

#include <cmath>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Inputs = std::map<std::string, Packet, std::less<>>;

/// What stands before an update in a graph: four prompts answered, scored and compared with the base.
Inputs experience(const std::shared_ptr<lm::LanguageModel>& policy) {
    auto generate = harness(policy::add_generate, {{"max_new_tokens", std::int64_t{5}}});
    generate.lend("policy", policy);
    const Packet rollout = generate.run(prompts_packet());
    auto kl = harness(policy::add_kl);
    kl.lend("reference", std::const_pointer_cast<Resource>(policy->view("base")));
    return {{"rollout", rollout},
            {"kl", kl.run(rollout)},
            {"scores", Packet({{"score", Array::of(std::vector<float>{1, -1, 0.5F, 0})}})}};
}

Given two_by_two() {
    return {{"lr", 1e-2},
            {"ppo_epochs", std::int64_t{2}},
            {"mini_batch_size", std::int64_t{2}},
            {"gradient_accumulation_steps", std::int64_t{1}}};
}

Harness update(const std::shared_ptr<lm::LanguageModel>& policy, const Given& parameters, std::uint64_t seed = 0) {
    auto node = harness(ppo::add_update, parameters, seed);
    node.lend("policy", policy);
    return node;
}

std::vector<std::vector<float>> trained_once(Given parameters, std::uint64_t seed = 0) {
    const auto policy = trained_policy({{"lora_dropout", 0.5}});
    auto node = update(policy, parameters, seed);
    static_cast<void>(node.run(experience(policy)));
    return trained(*policy);
}

}  // namespace

TEST_CASE("ppo.update: one step is the trainer's, bit for bit, and its statistics are the node's metrics") {
    const auto policy = trained_policy();
    const Inputs in = experience(policy);
    auto node = update(policy, two_by_two(), 3);
    const auto given = node.run(in);

    const auto twin = trained_policy();
    Spec spec("test.ppo", "");
    ppo::add_parameters(spec);
    lm::PpoTrainer trainer(ppo::config_of(Parameters(spec.parameters, two_by_two())), twin->parameters());
    const auto tensor = [&](const char* port, const char* column) {
        return lm::tensor_of(in.at(port).ragged(column).flat());
    };
    const lm::Rollout rollout{some_prompts,
                              ragged_rows(in.at("rollout"), "response_tokens"),
                              tensor("rollout", "logprobs"),
                              tensor("rollout", "values"),
                              tensor("kl", "ref_logprobs"),
                              tensor("kl", "kl"),
                              lm::tensor_of(in.at("scores").array("score"))};
    const Random random = Random(3).fork("ppo.update").fork(0);
    const auto statistics =
        trainer.step(lm::ppo_batch(rollout), lm::evaluate_rollout(*twin, rollout), random.fork("order"));

    CHECK(trained(*policy) == trained(*twin));
    CHECK(node.metrics().size() == statistics.size());
    for (const auto& [name, value] : statistics) {
        CAPTURE(name);
        if (!name.starts_with("time/")) CHECK(node.metrics().at(name) == value);
    }
    REQUIRE(given.size() == 1);
    CHECK(given.front().first == "step");
    CHECK(given.front().second.values<double>("kl_coef").size() == 1);
    CHECK(given.front().second.values<double>("kl_coef")[0] == trainer.kl_coef());
}

TEST_CASE("ppo.update: the metrics have TRL's names, and numbers") {
    const auto policy = trained_policy();
    auto node = update(policy, two_by_two());
    static_cast<void>(node.run(experience(policy)));
    for (const char* name :
         {"objective/kl", "objective/kl_coef", "objective/entropy", "ppo/mean_scores", "ppo/std_scores",
          "ppo/mean_non_score_reward", "ppo/learning_rate", "ppo/loss/policy", "ppo/loss/value", "ppo/loss/total",
          "ppo/policy/approxkl", "ppo/policy/clipfrac", "ppo/policy/entropy", "ppo/returns/mean", "ppo/val/vpred",
          "tokens/queries_len_mean", "tokens/responses_len_mean", "env/reward_mean", "time/ppo/total"}) {
        CAPTURE(name);
        REQUIRE(node.metrics().contains(name));
        CHECK(std::isfinite(node.metrics().at(name)));
    }
    CHECK(node.metrics().at("env/reward_mean") == doctest::Approx(0.125));
    CHECK(node.metrics().at("tokens/queries_len_mean") == doctest::Approx(2.5));
    CHECK(node.metrics().at("objective/kl_coef") == doctest::Approx(0.2));
}

TEST_CASE("ppo.update: adapter and value head change, the weights below do not") {
    const auto policy = trained_policy();
    const auto before = trained(*policy);
    const auto copy = [&] {
        const at::Tensor& qkv = policy->weights()->layers.front().qkv.values;
        return std::vector<float>(qkv.const_data_ptr<float>(), qkv.const_data_ptr<float>() + qkv.numel());
    };
    const std::vector<float> below = copy();
    auto node = update(policy, two_by_two());
    static_cast<void>(node.run(experience(policy)));
    const auto after = trained(*policy);
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        CAPTURE(i);
        CHECK(after[i] != before[i]);
    }
    CHECK(copy() == below);
}

TEST_CASE("ppo.update: the seed gives the order of the rows and the dropout, nothing else does") {
    Given dropout = two_by_two();
    dropout["dropout"] = true;
    CHECK(trained_once(two_by_two(), 1) == trained_once(two_by_two(), 1));
    CHECK(trained_once(dropout, 1) == trained_once(dropout, 1));
    CHECK(trained_once(dropout, 1) != trained_once(two_by_two(), 1));
    CHECK(trained_once(dropout, 1) != trained_once(dropout, 2));
}

TEST_CASE("ppo.update: the optimiser's state lives from step to step") {
    const auto policy = trained_policy();
    auto one = update(policy, two_by_two());
    static_cast<void>(one.run(experience(policy)));
    const auto twin = trained_policy();
    {
        auto first = update(twin, two_by_two());
        static_cast<void>(first.run(experience(twin)));
    }
    REQUIRE(trained(*policy) == trained(*twin));
    static_cast<void>(one.run(experience(policy)));
    auto fresh = update(twin, two_by_two());
    static_cast<void>(fresh.run(experience(twin)));
    CHECK(trained(*policy) != trained(*twin));
}

TEST_CASE("ppo.update: rows that do not divide are refused, and nothing has changed") {
    for (const auto& [mini, accumulated] : {std::pair{3, 1}, {8, 1}, {2, 3}}) {
        CAPTURE(mini);
        const auto policy = trained_policy();
        const auto before = trained(*policy);
        Given parameters = two_by_two();
        parameters["mini_batch_size"] = std::int64_t{mini};
        parameters["gradient_accumulation_steps"] = std::int64_t{accumulated};
        auto node = update(policy, parameters);
        const std::string error = error_of([&] { return node.run(experience(policy)); });
        CHECK(contains(error, cat("has 4 rows; expected a multiple of ", mini * accumulated)));
        CHECK(contains(error, "mini_batch_size"));
        CHECK(trained(*policy) == before);
    }
}
