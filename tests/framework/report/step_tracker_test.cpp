#include <doctest/doctest.h>
#include <framework/report/step_tracker.h>

#include <algorithm>
#include <array>

#include "framework/engine/fake_graph.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

CallRecord record(std::size_t node, std::uint64_t sequence) {
    CallRecord record{.node = node, .sequence = sequence};
    record.metrics[cat("of/", node)] = static_cast<double>(sequence);
    record.lines.push_back(cat("node ", node, " packet ", sequence));
    return record;
}

/// 0 numbers, 1 map, 2 pack (a new clock), 3 train (writes), 4 sink
Plan& build(FakeGraph& graph, bool write) {
    graph.resource("policy", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph.numbers().map("map", "numbers.out", {});
    Spec pack("fake.pack", "Packs.");
    pack.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    graph.node("pack", pack, {}, {{"in", "map.out"}});
    const Use use{.resource = "policy", .access = write ? Access::write : Access::read};
    graph.map("train", "map.out", {}, {{"policy", use}});
    graph.map("after", "pack.out", {});
    return graph.plan();
}

}  // namespace

TEST_CASE("a step is complete when every node of its clock is, and steps come in order") {
    FakeGraph graph(3);
    const Plan& plan = build(graph, true);
    StepTracker tracker(plan);
    // Nodes 0 to 3 share the source's clock; packet 1 is through before packet 0.
    for (const std::size_t node : {3, 1, 0, 2}) CHECK(tracker.add(record(node, 1)).empty());
    for (const std::size_t node : {2, 0, 1}) CHECK(tracker.add(record(node, 0)).empty());
    const auto steps = tracker.add(record(3, 0));
    REQUIRE(steps.size() == 2);
    CHECK(steps[0].sequence == 0);
    CHECK(steps[1].sequence == 1);
    CHECK(steps[1].metrics.size() == 4);
    CHECK(steps[1].metrics.at("of/3") == 1);
    CHECK(steps[0].lines ==
          std::vector<std::string>{"node 0 packet 0", "node 1 packet 0", "node 2 packet 0", "node 3 packet 0"});
    CHECK(tracker.completed(0) == 2);
    // The clock that the packer starts counts for itself.
    const auto after = tracker.add(record(4, 0));
    REQUIRE(after.size() == 1);
    CHECK(after[0].clock == 1);
    CHECK(tracker.name(0) == "numbers");
    CHECK(tracker.name(1) == "pack");
    CHECK(tracker.add(record(1, 2)).empty());
    CHECK(tracker.remaining_lines() == std::vector<std::string>{"node 1 packet 2"});
}

TEST_CASE("the same steps whatever order the calls end in") {
    FakeGraph graph(1);
    const Plan& plan = build(graph, true);
    std::array<std::size_t, 4> order{0, 1, 2, 3};
    do {
        StepTracker tracker(plan);
        for (std::size_t i = 0; i < 3; ++i) CHECK(tracker.add(record(order[i], 0)).empty());
        const auto steps = tracker.add(record(order[3], 0));
        REQUIRE(steps.size() == 1);
        CHECK(steps[0].lines.front() == "node 0 packet 0");
        CHECK(steps[0].lines.back() == "node 3 packet 0");
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a metric that two nodes give is kept twice") {
    FakeGraph graph(1);
    graph.numbers().map("map", "numbers.out", {});
    StepTracker tracker(graph.plan());
    CHECK(tracker.add({.node = 1, .metrics = {{"time", 2}}}).empty());
    const auto steps = tracker.add({.node = 0, .metrics = {{"time", 1}}});
    REQUIRE(steps.size() == 1);
    CHECK(steps[0].metrics == std::map<std::string, double, std::less<>>{{"time", 1}, {"map/time", 2}});
}

TEST_CASE("people's steps are those of what is trained, or of the last node") {
    FakeGraph trained(1);
    CHECK(StepTracker(build(trained, true)).main_clock() == 0);
    FakeGraph plain(1);
    CHECK(StepTracker(build(plain, false)).main_clock() == 1);
}
