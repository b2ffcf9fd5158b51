#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "framework/engine/fake_graph.h"
#include "framework/engine/run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

constexpr std::chrono::milliseconds work{20};
constexpr double work_seconds = 0.02;

/// A quick source, and a node that works for a while on each packet.
FakeGraph& slow_graph(FakeGraph& graph, const std::string& name, const std::map<std::string, Use>& uses = {}) {
    return graph.map(
        name, "numbers.out",
        [](Call&, std::int64_t value) {
            std::this_thread::sleep_for(work);
            return value;
        },
        uses);
}

}  // namespace

TEST_CASE("packets that queue up at a busy node count as waiting for its call before") {
    FakeGraph graph(5);
    graph.numbers();
    slow_graph(graph, "slow");
    RunSummary summary;
    RunOptions options;
    options.workers = 2;
    options.summary = &summary;
    CHECK(run(graph.plan(), options).code == 0);
    const NodeUsage& slow = summary.nodes[1];
    CHECK(slow.calls == 5);
    CHECK(slow.seconds >= 5 * work_seconds);
    CHECK(slow.waits.itself >= 3 * work_seconds);  // four packets come while it works on the first
    CHECK(slow.waits.resources < work_seconds);
    REQUIRE(summary.nodes[0].outputs.size() == 1);
    CHECK(summary.nodes[0].outputs[0].packets == 5);
    CHECK(summary.nodes[0].outputs[0].rows == 5);
    CHECK(summary.nodes[0].waits.total() < work_seconds);  // a source that may not give yet does not wait
}

TEST_CASE("calls that are kept from a resource count as waiting for it, and with one worker for a thread") {
    FakeGraph graph(4);
    graph.resource("model", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph.numbers();
    slow_graph(graph, "reader", {{"model", {.resource = "model", .access = Access::read, .lag = 0}}});
    slow_graph(graph, "writer", {{"model", {.resource = "model", .access = Access::write}}});
    RunSummary summary;
    RunOptions options;
    options.workers = 3;
    options.summary = &summary;
    CHECK(run(graph.plan(), options).code == 0);
    double resources = 0;
    for (const auto& node : summary.nodes) resources += node.waits.resources;
    CHECK(resources >= work_seconds / 2);

    FakeGraph pair(4);
    pair.numbers();
    slow_graph(pair, "one");
    slow_graph(pair, "two");
    options.workers = 1;
    CHECK(run(pair.plan(), options).code == 0);
    CHECK(summary.nodes[1].waits.worker + summary.nodes[2].waits.worker >= 3 * work_seconds);
}
