#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/reward/pairs.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/reward/nodes.h>

#include <cmath>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

const Rows better{{5, 6, 7}, {8, 9}, {10, 11, 12, 13}};
const Rows worse{{14, 15}, {16, 17, 18}, {19, 20, 21, 22}};

Packet pairs(std::vector<Packet::Named> more = {}) {
    more.emplace_back("tokens_j", Ragged::of(better));
    more.emplace_back("tokens_k", Ragged::of(worse));
    return packet(std::move(more));
}
Given steady(Given more = {}) {
    more.merge(Given{{"lr_scheduler_type", std::string("constant")}, {"lr", 0.01}});
    return more;
}

}  // namespace

TEST_CASE("a new reward model learns to order pairs, evaluates, and stores how its scores are normalised") {
    const auto judge = model(llama::add_reward, tiny());
    CHECK(judge->lora()->config().rank == 8);
    CHECK(judge->lora()->config().alpha == 32);
    CHECK(judge->lora()->config().dropout == 0.1);
    auto node = harness(reward::add_update, steady({{"normalise", true}, {"eval_steps", std::int64_t{8}}}));
    node.lend("model", judge);
    node.side("evaluation", {pairs()});
    static_cast<void>(node.run({{"in", pairs()}}));
    const double before = node.metrics().at("eval_loss");
    for (int i = 0; i < 7; ++i) static_cast<void>(node.run({{"in", pairs()}}));
    CHECK(node.metrics().at("eval_loss") < before / 2);
    CHECK(node.metrics().at("eval_accuracy") == 1);
    CHECK(node.metrics().at("eval_longer_accuracy") == doctest::Approx(0.5));
    CHECK(node.metrics().contains("strict_accuracy"));
    Rows all = better;
    all.insert(all.end(), worse.begin(), worse.end());
    const at::Tensor scores = lm::score_sequences(*judge, all);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 6; ++i) {
        sum += scores.const_data_ptr<float>()[i];
        squares += std::pow(scores.const_data_ptr<float>()[i], 2);
    }
    CHECK(sum == doctest::Approx(0).epsilon(1e-4));
    CHECK(squares / 5 == doctest::Approx(1).epsilon(1e-4));
    const auto copy = std::dynamic_pointer_cast<const lm::LanguageModel>(judge->snapshot());
    CHECK(copy->score_head().mean == judge->score_head().mean);
}

TEST_CASE("reward.update: margins come from the column that is named") {
    const auto loss = [](Given given, std::vector<Packet::Named> columns) {
        auto node = harness(reward::add_update, steady(std::move(given)));
        node.lend("model", model(llama::add_reward, tiny({{"lora_dropout", 0.0}})));
        static_cast<void>(node.run({{"in", pairs(std::move(columns))}}));
        return node.metrics().at("loss");
    };
    const std::vector<Packet::Named> margins{{"by", Array::of(std::vector<float>{2, 2, 2})}};
    const double plain = loss({}, margins);
    CHECK(loss({{"margin", std::string("by")}}, margins) > plain + 0.5);
    CHECK(loss({{"center_rewards_coefficient", 1.0}}, {}) > plain);
    CHECK(harness(reward::add_update, steady({{"margin", std::string("by")}})).spec().inputs.at(0).type.text() ==
          "tokens_j: i64[B,~J], tokens_k: i64[B,~K], by: f32[B]");
}

TEST_CASE("reward.evaluate: one row for the whole stream") {
    const auto judge = model(llama::add_reward, tiny());
    auto node = harness(reward::add_evaluate);
    node.lend("model", judge);
    for (std::size_t i = 0; i < better.size(); ++i) {
        const Rows j{better[i]};
        const Rows k{worse[i]};
        CHECK(node.run({{"in", packet({{"tokens_j", Ragged::of(j)}, {"tokens_k", Ragged::of(k)}})}}).empty());
    }
    const auto expected = lm::evaluate_pairs(*judge, {better, worse, {}});
    const Packet out = node.flush().at(0).second;
    CHECK(out.values<double>("eval_loss")[0] == doctest::Approx(expected.loss).epsilon(1e-6));
    CHECK(out.values<double>("eval_accuracy")[0] == doctest::Approx(expected.accuracy));
    CHECK(out.values<double>("eval_score_std")[0] == doctest::Approx(expected.deviation).epsilon(1e-5));
    CHECK(integers(out, "pairs") == std::vector<std::int64_t>{3});
}
