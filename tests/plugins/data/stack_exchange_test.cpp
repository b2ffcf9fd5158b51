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
