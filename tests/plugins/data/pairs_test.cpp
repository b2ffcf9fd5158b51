#include <doctest/doctest.h>
#include <plugins/data/nodes.h>
#include <plugins/node_tools.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

constexpr std::string_view paired =
    R"([{"question": "Q1", "response_j": "good", "response_k": "bad"},
        {"question": "Q2", "response_j": "fine", "response_k": ""}])";
constexpr std::string_view dialogues =
    R"({"chosen": "\n\nHuman: a\n\nAssistant: yes", "rejected": "\n\nHuman: a\n\nAssistant: no"})";

Packet first_packet(std::string_view content, Given given = {}) {
    const TemporaryFolder folder;
    given.emplace("path", folder.write("pairs.json", content));
    auto node = harness(data::add_pairs, std::move(given));
    return node.run(std::map<std::string, Packet, std::less<>>{}).at(0).second;
}

}  // namespace

TEST_CASE("data.pairs: the published columns") {
    const Packet read = first_packet(paired, {{"skip_empty", true}});
    CHECK(read.strings("question") == std::vector<std::string>{"Q1"});
    CHECK(read.strings("response_j")[0] == "good");
    CHECK(read.strings("response_k")[0] == "bad");
}

TEST_CASE("data.pairs: rows that are left out are counted, once in each epoch and not again by a resumed node") {
    const TemporaryFolder folder;
    const Given given{{"path", folder.write("pairs.json", paired)},
                      {"skip_empty", true},
                      {"repeat", true},
                      {"batch", std::int64_t{3}}};
    auto node = harness(data::add_pairs, given);
    node.run();  // two epochs to their ends and a third one's only row
    CHECK(node.metrics().at("data/skipped_rows") == 2);
    auto resumed = node.resume(node.save());
    resumed.run();
    CHECK(resumed.metrics().at("data/skipped_rows") == 3);
}

TEST_CASE("data.pairs: what a full buffer met before a checkpoint is not counted again behind it") {
    constexpr std::string_view three =
        R"({"question": "1", "response_j": "a", "response_k": "b"}
{"question": "2", "response_j": "a", "response_k": "b"}
{"question": "3", "response_j": "a", "response_k": ""})";
    const TemporaryFolder folder;
    auto node = harness(data::add_pairs, {{"path", folder.write("pairs.jsonl", three)},
                                          {"skip_empty", true},
                                          {"shuffle_buffer", std::int64_t{9}},
                                          {"batch", std::int64_t{1}}});
    node.run();
    CHECK(node.metrics().at("data/skipped_rows") == 1);
    auto resumed = node.resume(node.save());
    for (auto* one : {&node, &resumed}) {
        one->run();
        CHECK_FALSE(one->metrics().contains("data/skipped_rows"));
    }
}

TEST_CASE("data.pairs: dialogues, found by their keys or asked for") {
    for (const char* format : {"auto", "hh-rlhf"}) {
        const Packet read = first_packet(dialogues, {{"format", format}});
        CHECK(read.strings("question")[0] == "\n\nHuman: a\n\nAssistant:");
        CHECK(read.strings("response_j")[0] == " yes");
        CHECK(read.strings("response_k")[0] == " no");
    }
}

TEST_CASE("data.pairs: repeats, and stops at what is wrong with file and line") {
    CHECK(first_packet(dialogues, {{"repeat", true}, {"batch", std::int64_t{5}}}).rows() == 5);
    CHECK(
        contains(error_of([] { return first_packet(paired); }), "pairs.json:2: the worse answer of the pair is empty"));
    CHECK(contains(error_of([] { return first_packet(dialogues, {{"format", "paired"}}); }), "pairs.json:1"));
    CHECK(contains(error_of([] { return harness(data::add_pairs, {{"path", "nowhere/x.json"}}); }), "nowhere/x.json"));
}
