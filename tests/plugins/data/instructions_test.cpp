#include <doctest/doctest.h>
#include <plugins/data/nodes.h>
#include <plugins/node_tools.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

Packet first_packet(std::string_view content, Given given = {}) {
    const TemporaryFolder folder;
    given.emplace("path", folder.write("rows.jsonl", content));
    auto node = harness(data::add_instructions, std::move(given));
    return node.run(std::map<std::string, Packet, std::less<>>{}).at(0).second;
}

constexpr std::string_view dialogue =
    R"({"conversations": [{"from": "human", "value": "1"}, {"from": "gpt", "value": "one"},)"
    R"({"from": "human", "value": "2"}, {"from": "gpt", "value": "two"}]})";

}  // namespace

TEST_CASE("data.instructions: alpaca's columns") {
    const Packet read = first_packet(R"({"instruction": "Add.", "input": "1 2", "output": "3"})");
    CHECK(read.strings("instruction")[0] == "Add.");
    CHECK(read.strings("input")[0] == "1 2");
    CHECK(read.strings("output")[0] == "3");
    CHECK(read.strings("conversation")[0] == R"([{"from":"human","value":"Add.\n\n1 2"},{"from":"gpt","value":"3"}])");
}

TEST_CASE("data.instructions: conversations, whole or an answer a row") {
    const Packet last = first_packet(dialogue, {{"format", "vicuna"}});
    CHECK(last.strings("instruction") == std::vector<std::string>{"2"});
    CHECK(last.strings("output")[0] == "two");
    const Packet each = first_packet(dialogue, {{"every_answer", true}});
    CHECK(each.strings("output") == std::vector<std::string>{"one", "two"});
    CHECK(each.strings("conversation")[0] == R"([{"from":"human","value":"1"},{"from":"gpt","value":"one"}])");
    CHECK(each.strings("conversation")[1] == last.strings("conversation")[0]);
}

TEST_CASE("data.instructions: what is wrong is named with file and line") {
    CHECK(contains(error_of([] { return first_packet("{\"text\": \"x\"}"); }), "rows.jsonl:1: $ has the keys text"));
    CHECK(contains(error_of([] { return first_packet(dialogue, {{"format", "alpaca"}}); }), "rows.jsonl:1"));
    const std::string bad = std::string(dialogue) + "\n{\"conversations\": []}\n";
    CHECK(contains(error_of([&] { return first_packet(bad); }), "rows.jsonl:2: the conversation does not end"));
    CHECK(first_packet(bad, {{"skip_unusable", true}}).rows() == 1);
}
