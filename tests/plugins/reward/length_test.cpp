#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/reward/nodes.h>

#include <cmath>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

std::vector<float> scores(Given parameters, std::vector<std::string> rows, const std::string& column = "response") {
    auto node = harness(reward::add_length, std::move(parameters));
    return floats(node.run(texts(column, std::move(rows))), "score");
}

}  // namespace

TEST_CASE("reward.length: 0 at the target, falling on both sides") {
    CHECK(scores({{"words", std::int64_t{2}}}, {"one two", "one", "", " one\n two\tthree ", "a b c d e f g h"}) ==
          std::vector<float>{0, -0.5F, -1, -0.5F, -3});
    CHECK(scores({{"words", std::int64_t{2}}, {"lowest", -1.0}}, {"a b c d e f g h"}) == std::vector<float>{-1});
    CHECK(scores({}, {""}) == std::vector<float>{-1});
}

TEST_CASE("reward.length: what came in is passed on") {
    auto node = harness(reward::add_length);
    CHECK(node.run(texts("response", {"a"})).strings("response")[0] == "a");
}

TEST_CASE("reward.length: characters are code points") {
    CHECK(scores({{"characters", std::int64_t{4}}}, {"früh", "日本"}) == std::vector<float>{0, -0.5F});
}

TEST_CASE("reward.length: at the target the score is 0, not -0, which would be printed so") {
    CHECK_FALSE(std::signbit(scores({{"words", std::int64_t{1}}}, {"one"})[0]));
}

TEST_CASE("reward.length: another column, no rows") {
    CHECK(scores({{"column", "answer"}, {"words", std::int64_t{1}}}, {"yes"}, "answer") == std::vector<float>{0});
    CHECK(scores({}, {}).empty());
}

TEST_CASE("reward.length: parameters that do not fit, a column that is not there") {
    const Given both{{"words", std::int64_t{2}}, {"characters", std::int64_t{2}}};
    CHECK(contains(error_of([&] { return scores(both, {}); }), "exclude each other"));
    CHECK(contains(error_of([&] { return scores({{"words", std::int64_t{0}}}, {}); }), "at least 1"));
    CHECK(contains(error_of([&] { return scores({{"column", "answer"}}, {"x"}); }), "no column 'answer'"));
}
