#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/reward/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Words = std::vector<std::string>;

std::vector<float> scores(Given parameters, std::vector<std::string> rows) {
    auto node = harness(reward::add_match, std::move(parameters));
    return floats(node.run(texts("response", std::move(rows))), "score");
}

}  // namespace

TEST_CASE("reward.match: any, count and fraction of whole words") {
    const std::vector<std::string> rows{"Thank you, thank YOU!", "thankful", "", "please do"};
    const Words words{"thank you", "please"};
    CHECK(scores({{"words", words}}, rows) == std::vector<float>{1, 0, 0, 1});
    CHECK(scores({{"words", words}, {"per", "count"}}, rows) == std::vector<float>{2, 0, 0, 1});
    CHECK(scores({{"words", words}, {"per", "fraction"}}, rows) == std::vector<float>{0.5F, 0, 0, 0.5F});
    CHECK(scores({{"words", words}, {"per", "count"}, {"ignore_case", false}}, rows) == std::vector<float>{0, 0, 0, 1});
}

TEST_CASE("reward.match: a pattern, and a weight that punishes") {
    CHECK(scores({{"pattern", "\\d+"}, {"per", "count"}, {"weight", -0.5}}, {"12 and 3", "none"}) ==
          std::vector<float>{-1, 0});
    CHECK(scores({{"pattern", "x"}}, {}).empty());
}

TEST_CASE("reward.match: exactly one of pattern and words, and a pattern that is one") {
    CHECK(contains(error_of([] { return scores({}, {}); }), "give what to look for"));
    CHECK(contains(error_of([] {
                       return scores({{"pattern", "x"}, {"words", Words{"x"}}}, {});
                   }),
                   "exclude each other"));
    CHECK(contains(error_of([] { return scores({{"pattern", "a(b"}}, {}); }), "\"a(b\" is wrong at character 4"));
    CHECK(contains(error_of([] { return scores({{"words", Words{}}}, {}); }), "is empty"));
}

TEST_CASE("reward.match: a pattern that explodes names the row") {
    const std::string text(40, 'a');
    CHECK(contains(error_of([&] { return scores({{"pattern", "(a+)+$"}}, {"b", text + "!"}); }), "row 1: the regular"));
}
