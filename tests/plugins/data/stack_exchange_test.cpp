#include <doctest/doctest.h>
#include <plugins/data/nodes.h>
#include <plugins/node_tools.h>
#include <support/temporary_folder.h>

#include <algorithm>
#include <set>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

const std::string sample = std::string(ANABRANCH_SOURCE_DIRECTORY) + "/graphs/data/Posts.xml";

std::vector<Packet> packets(Given parameters, std::size_t most = 1000) {
    parameters.emplace("path", sample);
    auto node = harness(data::add_stack_exchange, std::move(parameters), 3);
    std::vector<Packet> all;
    while (all.size() < most) {
        auto given = node.run(std::map<std::string, Packet, std::less<>>{});
        if (given.empty()) break;
        all.push_back(std::move(given.front().second));
    }
    return all;
}

std::vector<std::int64_t> ids(Given parameters) {
    std::vector<std::int64_t> all;
    for (const auto& packet : packets(std::move(parameters))) {
        const auto part = integers(packet, "question_id");
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

}  // namespace

TEST_CASE("data.stack_exchange: the sample's questions, as they stand in the file") {
    const auto all = packets({{"batch", std::int64_t{10}}});
    REQUIRE(all.size() == 8);
    CHECK(all.back().rows() == 2);
    const Packet& first = all.front();
    CHECK(first.strings("title")[0] == "How far away is a thunderstorm?");
    CHECK(first.strings("question")[0] ==
          "My father used to count the seconds. Was he right, and when is it time to go inside?");
    CHECK(integers(first, "question_id")[0] == 1);
    CHECK(integers(first, "question_score")[0] == 10);
}

TEST_CASE("data.stack_exchange: the question's text is the post, the title, or both") {
    const auto text = [](const char* what) { return packets({{"question", what}}, 1).at(0).strings("question")[0]; };
    CHECK(text("title") == "How far away is a thunderstorm?");
    CHECK(text("title_and_body").starts_with("How far away is a thunderstorm?\n\nMy father used"));
}

TEST_CASE("data.stack_exchange: the splits share no question and leave none out") {
    std::multiset<std::int64_t> seen;
    for (const char* split : {"finetune", "reward", "rl", "evaluation"}) {
        const auto part = ids({{"split", split}});
        CHECK(!part.empty());
        seen.insert(part.begin(), part.end());
    }
    const auto all = ids({});
    CHECK(seen == std::multiset<std::int64_t>(all.begin(), all.end()));
    CHECK(std::set(all.begin(), all.end()).size() == all.size());
}

TEST_CASE("data.stack_exchange: filters, and a shuffle that loses nothing") {
    const auto popular = packets({{"min_score", std::int64_t{10}}});
    for (const auto& packet : popular) CHECK(std::ranges::min(integers(packet, "question_score")) >= 10);
    auto shuffled = ids({{"shuffle_buffer", std::int64_t{1000}}});
    const auto plain = ids({});
    CHECK(shuffled != plain);
    std::ranges::sort(shuffled);
    CHECK(shuffled == plain);
    CHECK(ids({{"skip", std::int64_t{70}}, {"take", std::int64_t{1}}}).size() == 1);
}

TEST_CASE("data.stack_exchange: nothing to read is an error that names the file") {
    CHECK(contains(error_of([] { return packets({{"min_score", std::int64_t{100000}}}); }), "Posts.xml"));
    const std::string skipped = error_of([] {
        return packets({{"skip", std::int64_t{72}}, {"min_score", std::int64_t{-99}}});
    });
    CHECK(contains(skipped, "Posts.xml (skip 72, min_score -99): no rows are left"));
    CHECK(contains(error_of([] { return packets({{"path", "nowhere/Posts.xml"}}); }), "nowhere/Posts.xml"));
    CHECK(contains(error_of([] { return packets({{"split_shares", std::vector<double>{1, 2}}}); }), "expected 4"));
    CHECK(contains(error_of([] { return packets({{"split_shares", std::vector<double>{0, 0, 0, 0}}}); }), "share"));
    const TemporaryFolder folder;
    const std::string broken = folder.write("Posts.xml", "<posts>\n<row Id=\"1\" PostTypeId=");
    CHECK(contains(error_of([&] { return packets({{"path", broken}}); }), "Posts.xml:2"));
}

TEST_CASE("data.stack_exchange: answers with their questions, by the recipe's score") {
    const auto all = packets({{"emit", "answers"}, {"batch", std::int64_t{1000}}});
    REQUIRE(all.size() == 1);
    const Packet& answers = all.front();
    CHECK(answers.rows() == 243);  // of 244, one lost its question
    const auto votes = integers(answers, "answer_votes");
    const auto scores = integers(answers, "answer_score");
    CHECK(std::ranges::min(scores) == -1);
    for (std::size_t row = 0; row < votes.size(); ++row) {
        CHECK((scores[row] < 0) == (votes[row] < 0));
        CHECK_FALSE(answers.strings("answer")[row].empty());
    }
    const auto liked = packets({{"emit", "answers"}, {"min_votes", std::int64_t{5}}});
    for (const auto& packet : liked) CHECK(std::ranges::min(integers(packet, "answer_votes")) >= 5);
}

TEST_CASE("data.stack_exchange: pairs, the better answer first") {
    const Given given{{"emit", "pairs"}, {"batch", std::int64_t{10000}}};
    const Packet pairs = packets(given).at(0);
    const auto better = integers(pairs, "score_j");
    const auto worse = integers(pairs, "score_k");
    for (std::size_t row = 0; row < better.size(); ++row) CHECK(better[row] > worse[row]);
    std::multiset<std::int64_t> seen;
    for (const char* split : {"finetune", "reward", "rl", "evaluation"}) {
        Given part = given;
        part.emplace("split", split);
        const auto some = integers(packets(part).at(0), "question_id");
        seen.insert(some.begin(), some.end());
    }
    const auto all = integers(pairs, "question_id");
    CHECK(seen == std::multiset<std::int64_t>(all.begin(), all.end()));
    Given one = given;
    one.emplace("max_pairs", std::int64_t{1});
    const auto single = integers(packets(one).at(0), "question_id");
    CHECK(std::set(single.begin(), single.end()).size() == single.size());
    Given other = given;
    other.emplace("pair_seed", std::int64_t{1});
    CHECK(integers(packets(other).at(0), "question_id") != all);
    // Epoch after epoch the same pairs.
    auto node = harness(data::add_stack_exchange,
                        {{"path", sample}, {"emit", "pairs"}, {"repeat", true}, {"batch", pairs.rows()}});
    for (int epoch = 0; epoch < 3; ++epoch) {
        const auto again = node.run(std::map<std::string, Packet, std::less<>>{});
        CHECK(integers(again.at(0).second, "question_id") == all);
    }
}

TEST_CASE("data.stack_exchange: a folder of sites names them") {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "one");
    std::filesystem::copy_file(sample, folder.path() / "one" / "Posts.xml");
    std::filesystem::copy_file(std::string(ANABRANCH_SOURCE_DIRECTORY) + "/tests/sdk/lm/archive/fixtures/dump.7z",
                               folder.path() / "two.7z");
    const auto all = packets({{"path", folder.path().string()}, {"batch", std::int64_t{1000}}});
    CHECK(all.at(0).rows() == 73);
    CHECK(all.at(0).strings("site").front() == "one");
    CHECK(all.at(0).strings("site").back() == "two");
}
