#include <doctest/doctest.h>
#include <plugins/flow/nodes.h>
#include <plugins/node_tools.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

std::vector<std::vector<std::string>> texts_of(const std::vector<std::pair<std::string, Packet>>& packets) {
    std::vector<std::vector<std::string>> all;
    for (const auto& [port, packet] : packets) all.push_back(packet.strings("t"));
    return all;
}
using Batches = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("flow.batch: rows are regrouped in order, across packets") {
    auto node = harness(flow::add_batch, {{"rows", std::int64_t{2}}});
    const auto give = [&](std::vector<std::string> rows) {
        return texts_of(node.run({{"in", texts("t", std::move(rows))}}));
    };
    CHECK(give({"a"}).empty());
    CHECK(give({"b", "c", "d", "e"}) == Batches{{"a", "b"}, {"c", "d"}});
    CHECK(give({}).empty());
    CHECK(give({"f"}) == Batches{{"e", "f"}});
    CHECK(node.flush().empty());
}

TEST_CASE("flow.batch: the rest is given at the end, unless it is to be dropped") {
    for (const bool drop : {false, true}) {
        auto node = harness(flow::add_batch, {{"rows", std::int64_t{2}}, {"drop_last", drop}});
        static_cast<void>(node.run({{"in", texts("t", {"a", "b", "c"})}}));
        CHECK(texts_of(node.flush()) == (drop ? Batches{} : Batches{{"c"}}));
        if (drop) CHECK(node.metrics().at("data/dropped_rows") == 1);
        CHECK(node.flush().empty());
    }
}

TEST_CASE("flow.batch: packets with other columns are refused") {
    auto node = harness(flow::add_batch);
    static_cast<void>(node.run({{"in", texts("t", {"a"})}}));
    static_cast<void>(node.run({{"in", texts("u", {"a"})}}));
    CHECK(contains(error_of([&] { return node.flush(); }), "column 't'"));
}
