#include "anabranch/lm/data/stack_exchange.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "anabranch/error.h"
#include "test_data.h"

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

TEST_CASE("stack_exchange: the known numbers of pairs come out of real dumps") {
    struct Site {
        const char* name;
        std::size_t answers, pairs, at_most_ten;
    };
    for (const Site& site :
         {Site{"beer", 1572, 1904, 1267}, {"coffee", 327, 134, 129}, {"conlang.meta", 115, 132, 75}}) {
        const auto path = test_data(std::string("stackexchange/") + site.name + "/Posts.xml");
        if (!path) continue;
        std::map<std::int64_t, std::int64_t> accepted;                                       // answer by question
        std::map<std::int64_t, std::vector<std::pair<std::int64_t, std::int64_t>>> answers;  // (id, votes) by question
        XmlRowReader reader(*path);
        while (const XmlRow* row = reader.next()) {
            const std::int64_t id = required_integer(reader, *row, "Id");
            if (row->find("PostTypeId") == "1")
                accepted[id] = integer_field(reader, *row, "AcceptedAnswerId").value_or(-1);
            if (row->find("PostTypeId") != "2") continue;
            answers[required_integer(reader, *row, "ParentId")].emplace_back(id,
                                                                             required_integer(reader, *row, "Score"));
        }
        std::size_t all = 0, pairs = 0, at_most_ten = 0;
        for (const auto& [question, list] : answers) {
            std::vector<int> scores;
            for (const auto& [id, votes] : list) scores.push_back(answer_score(votes, accepted.at(question) == id));
            const auto found = answer_pairs(scores);
            all += list.size();
            pairs += found.size();
            at_most_ten += sample_pairs(found, 10, 0, question).size();
        }
        CHECK(all == site.answers);
        CHECK(pairs == site.pairs);
        CHECK(at_most_ten == site.at_most_ten);
    }
}
