#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/reward/nodes.h>

#include <cmath>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

Packet score(std::vector<float> values) {
    return packet({{"score", Array::of(std::move(values))}});
}
Given weights(std::map<std::string, double> by_name) {
    return {{"weights", std::move(by_name)}};
}

}  // namespace

TEST_CASE("reward.sum: weighted sum and the mean of every input") {
    auto node = harness(reward::add_sum, weights({{"length", 0.5}}));
    const auto given = node.run({{"length", score({2, -4})}, {"style", score({1, 2})}});
    CHECK(floats(given.at(0).second, "score") == std::vector<float>{2, 0});
    CHECK(node.metrics().at("env/reward_length_mean") == -1);
    CHECK(node.metrics().at("env/reward_style_mean") == 1.5);
}

TEST_CASE("reward.sum: no rows, no metric") {
    auto node = harness(reward::add_sum);
    const auto given = node.run({{"a", score({})}});
    CHECK(given.at(0).second.rows() == 0);
    CHECK(node.metrics().empty());
}

TEST_CASE("reward.sum: what does not fit is an error") {
    auto node = harness(reward::add_sum, weights({{"lenght", 1}}));
    CHECK(error_of([&] {
              return node.run({{"length", score({1})}, {"style", score({1})}});
          }) == "weights names 'lenght', which is no input; the inputs are: length, style");
    auto plain = harness(reward::add_sum);
    CHECK(contains(error_of([&] {
                       return plain.run({{"a", score({1})}, {"b", score({1, 2})}});
                   }),
                   "input 'b' has 2 rows, input 'a' 1"));
    CHECK(contains(error_of([&] {
                       return plain.run({{"a", score({1, NAN})}});
                   }),
                   "input 'a', row 1: the score is nan"));
}
