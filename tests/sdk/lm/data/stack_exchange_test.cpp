#include "anabranch/lm/data/stack_exchange.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

#include "anabranch/error.h"

using anabranch::Error;
using namespace anabranch::lm;

TEST_CASE("stack_exchange: an answer's score") {
    // round(log2(1 + votes)): 0 1 1.58 2 2.32 2.58 2.81 3
    const int expected[] = {0, 1, 2, 2, 2, 3, 3, 3};
    for (int votes = 0; votes < 8; ++votes) {
        CHECK(answer_score(votes, false) == expected[votes]);
        CHECK(answer_score(votes, true) == expected[votes] + 1);
    }
    CHECK(answer_score(-1, false) == -1);
    CHECK(answer_score(-100, true) == -1);
    CHECK(answer_score(1023, false) == 10);
}

TEST_CASE("stack_exchange: pairs of answers") {
    CHECK(answer_pairs({}).empty());
    CHECK(answer_pairs({3}).empty());
    CHECK(answer_pairs({2, 2}).empty());
    CHECK(answer_pairs({1, 3, 1}) == std::vector<AnswerPair>{{1, 0}, {1, 2}});
    CHECK(answer_pairs({0, 2, 1}) == std::vector<AnswerPair>{{1, 2}, {1, 0}, {2, 0}});
}

TEST_CASE("stack_exchange: sampled pairs are a subset, the same for the same seed") {
    std::vector<int> scores;
    for (int i = 0; i < 8; ++i) scores.push_back(i);
    const auto all = answer_pairs(scores);
    REQUIRE(all.size() == 28);
    CHECK(sample_pairs(all, 28, 1, 7) == all);
    const auto sampled = sample_pairs(all, 10, 1, 7);
    CHECK(sampled.size() == 10);
    std::set<std::pair<std::size_t, std::size_t>> distinct;
    for (const AnswerPair& pair : sampled) {
        CHECK(std::find(all.begin(), all.end(), pair) != all.end());
        distinct.emplace(pair.better, pair.worse);
    }
    CHECK(distinct.size() == 10);
    CHECK(sample_pairs(all, 10, 1, 7) == sampled);
    CHECK(sample_pairs(all, 10, 2, 7) != sampled);
    CHECK(sample_pairs(all, 10, 1, 8) != sampled);
}

TEST_CASE("stack_exchange: tags in both spellings") {
    CHECK(parse_tags("") == std::vector<std::string>{});
    CHECK(parse_tags("<c++><a-b>") == std::vector<std::string>{"c++", "a-b"});
    CHECK(parse_tags("|c#|.net|") == std::vector<std::string>{"c#", ".net"});
}

TEST_CASE("split: follows the shares and nothing but id, shares and seed") {
    std::array<int, 4> counts{};
    int moved = 0;
    for (std::int64_t id = 0; id < 20'000; ++id) {
        const Split split = split_of(id, {{1, 1, 1, 1}}, 5);
        CHECK(split_of(id, {{2, 2, 2, 2}}, 5) == split);
        ++counts[static_cast<std::size_t>(split)];
        if (split_of(id, {{1, 1, 1, 1}}, 6) != split) ++moved;
    }
    for (const int count : counts) CHECK(std::abs(count - 5000) < 300);
    CHECK(moved > 14'000);
    for (std::int64_t id = 0; id < 1000; ++id) CHECK(split_of(id, {{0, 0, 1, 0}}) == Split::rl);
}

TEST_CASE("split: wrong names and shares") {
    CHECK(parse_split("evaluation") == Split::evaluation);
    CHECK_THROWS_WITH_AS((void)parse_split("test"),
                         "\"test\" is not a split; expected finetune, reward, rl or evaluation", Error);
    CHECK_THROWS_AS((void)split_of(1, {{0, 0, 0, 0}}), Error);
    CHECK_THROWS_AS((void)split_of(1, {{1, -1, 1, 1}}), Error);
}
