#include <anabranch/lm/sft/sft.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/sft/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

const Rows texts_to_learn{{5, 6, 7, 8, 9}, {10, 11, 12}, {20, 21, 22, 23}};

Packet rows(const Rows& ids) {
    return packet({{"input_ids", Ragged::of(ids)}, {"labels", Ragged::of(ids)}});
}
Given steady(Given more = {}) {
    more.merge(Given{{"lr_scheduler_type", std::string("constant")}, {"warmup_steps", std::int64_t{0}}, {"lr", 0.02}});
    return more;
}

}  // namespace

TEST_CASE("sft.update: a step is a packet; loss falls, and rate and norm are told") {
    auto node = harness(sft::add_update, steady());
    const auto policy = model(llama::add_policy, tiny({{"value_head", false}, {"lora_dropout", 0.0}}));
    node.lend("model", policy);
    const auto before = trained(*policy);
    const auto out = node.run({{"in", rows(texts_to_learn)}});
    const double first = node.metrics().at("loss");
    CHECK(out.at(0).second.values<double>("loss")[0] == first);
    CHECK(node.metrics().at("learning_rate") == 0.02);
    CHECK(node.metrics().at("grad_norm") > 0);
    CHECK(node.metrics().at("tokens") == 9);
    CHECK_FALSE(node.metrics().contains("eval_loss"));
    CHECK(trained(*policy) != before);
    for (int i = 0; i < 5; ++i) static_cast<void>(node.run({{"in", rows(texts_to_learn)}}));
    CHECK(node.metrics().at("loss") < first - 0.1);
}

TEST_CASE("sft.update: it evaluates before the first step, each eval_steps, and after max_steps") {
    auto node = harness(sft::add_update, steady({{"eval_steps", std::int64_t{2}}, {"max_steps", std::int64_t{5}}}));
    const auto policy = model(llama::add_policy, tiny({{"value_head", false}}));
    node.lend("model", policy);
    const Rows held_out{{30, 31, 32}, {33, 34}};
    node.side("evaluation", {rows({held_out[0]}), rows({held_out[1]})});
    const double untrained = lm::evaluate_sft(*policy, held_out, held_out).loss;
    std::vector<int> evaluated;
    for (int step = 1; step <= 5; ++step) {
        static_cast<void>(node.run({{"in", rows(texts_to_learn)}}));
        if (step == 1) CHECK(node.metrics().at("eval_loss") == doctest::Approx(untrained).epsilon(1e-6));
        if (step == 1 || !node.metrics().contains("eval_loss")) continue;
        evaluated.push_back(step);
        const auto now = lm::evaluate_sft(*policy, held_out, held_out);
        CHECK(node.metrics().at("eval_loss") == doctest::Approx(now.loss).epsilon(1e-6));
        CHECK(node.metrics().at("perplexity") == doctest::Approx(now.perplexity()).epsilon(1e-6));
    }
    CHECK(evaluated == std::vector<int>{2, 4, 5});
    // Behind max_steps nothing is learnt.
    const auto before = trained(*policy);
    CHECK(node.run({{"in", rows(texts_to_learn)}}).at(0).second.rows() == 0);
    CHECK(node.metrics().empty());
    CHECK(trained(*policy) == before);
}

TEST_CASE("sft.update: the schedule's rate; what is missing is named") {
    auto node =
        harness(sft::add_update, {{"lr", 0.1}, {"warmup_steps", std::int64_t{2}}, {"max_steps", std::int64_t{6}}});
    node.lend("model", model(llama::add_policy, tiny()));
    std::vector<double> rates;
    for (int i = 0; i < 4; ++i) {
        static_cast<void>(node.run({{"in", rows(texts_to_learn)}}));
        rates.push_back(node.metrics().at("learning_rate"));
    }
    CHECK(rates[0] == 0);
    CHECK(rates[1] == doctest::Approx(0.05));
    CHECK(rates[2] == doctest::Approx(0.1));
    CHECK(rates[3] == doctest::Approx(0.1 * 0.5 * (1 + std::cos(3.14159265358979 / 4))));
    CHECK(contains(error_of([] { return harness(sft::add_update); }), "cosine needs max_steps"));
    auto base = harness(sft::add_update, steady());
    base.lend("model", model(llama::add_base, tiny()));
    CHECK(contains(error_of([&] { return base.run({{"in", rows(texts_to_learn)}}); }), "nothing to train"));
}
