#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/policy/nodes.h>

#include <cmath>

using namespace anabranch;
using namespace anabranch::tests;

TEST_CASE(
    "policy.evaluate: a forward's log-probabilities and values in the place of generation's, the rest passed on") {
    const auto policy = trained_policy();
    auto generate = harness(policy::add_generate, {{"max_new_tokens", std::int64_t{5}}});
    generate.lend("policy", policy);
    const Packet rollout = generate.run(prompts_packet());
    const Rows responses = ragged_rows(rollout, "response_tokens");

    // Columns that are certainly not what a forward gives.
    PacketBuilder wrong;
    wrong.pass(rollout);
    for (const char* column : {"logprobs", "values"}) {
        std::vector<std::vector<float>> rows;
        for (const auto& response : responses) rows.emplace_back(response.size(), 7.0F);
        wrong.set(column, rows);
    }
    auto node = harness(policy::add_evaluate);
    node.lend("policy", policy);
    const Packet out = node.run(std::move(wrong).build());

    const auto expected = lm::evaluate_all(*policy, some_prompts, responses);
    const auto logprobs = flat(out, "logprobs");
    const auto values = flat(out, "values");
    REQUIRE(static_cast<std::int64_t>(logprobs.size()) == expected.logprobs.numel());
    for (std::size_t i = 0; i < logprobs.size(); ++i) {
        CHECK(logprobs[i] == expected.logprobs.const_data_ptr<float>()[i]);
        CHECK(values[i] == expected.values.const_data_ptr<float>()[i]);
        CHECK(std::abs(logprobs[i] - flat(rollout, "logprobs")[i]) < 1e-4F);
        CHECK(std::abs(values[i] - flat(rollout, "values")[i]) < 1e-4F);
    }
    CHECK(ragged_rows(out, "response_tokens") == responses);
    CHECK(out.strings("response") == rollout.strings("response"));
    CHECK(out.columns().size() == rollout.columns().size());
}

TEST_CASE("policy.evaluate: a row without tokens is named") {
    auto node = harness(policy::add_evaluate);
    node.lend("policy", trained_policy());
    CHECK(contains(error_of([&] {
                       return node.run(responses_packet({{5}, {6}}, {{7}, {}}));
                   }),
                   "row 1: the response has no tokens"));
    CHECK(
        contains(error_of([&] { return node.run(responses_packet({{}}, {{7}})); }), "row 0: the prompt has no tokens"));
    CHECK(contains(error_of([&] { return node.run(responses_packet({{5}}, {{400}})); }), "400"));
}
