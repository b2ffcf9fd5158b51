#include <anabranch/lm/sft/sft.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/sft/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

TEST_CASE("sft.evaluate: one row for the whole stream, weighted by tokens") {
    auto node = harness(sft::add_evaluate);
    const auto policy = trained_policy();
    node.lend("model", policy);
    const Rows rows{{5, 6, 7, 8, 9}, {10, 11}, {20, 21, 22}};
    for (const auto& row : rows) {
        const Rows one{row};
        CHECK(node.run({{"in", packet({{"input_ids", Ragged::of(one)}, {"labels", Ragged::of(one)}})}}).empty());
    }
    const auto expected = lm::evaluate_sft(*policy, rows, rows);
    CHECK(node.metrics().at("eval_loss") == doctest::Approx(expected.loss).epsilon(1e-6));
    const Packet out = node.flush().at(0).second;
    CHECK(out.values<double>("eval_loss")[0] == doctest::Approx(expected.loss).epsilon(1e-6));
    CHECK(out.values<double>("perplexity")[0] == doctest::Approx(expected.perplexity()).epsilon(1e-6));
    CHECK(integers(out, "tokens") == std::vector<std::int64_t>{7});
    CHECK(harness(sft::add_evaluate).flush().empty());
}
