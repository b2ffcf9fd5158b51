#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

void pause(int microseconds) {
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

/// Writes the packet's number, in two steps, so that a reader in between sees nonsense.
std::int64_t write_number(Call& call, std::int64_t value) {
    Cell& cell = call.write<Cell>("policy");
    cell.value = -999;
    pause(300);
    cell.value = static_cast<std::int64_t>(call.sequence());
    return value;
}

/// The version read, checked to be the same all through the call.
std::int64_t read_number(Call& call, std::int64_t) {
    const std::int64_t before = call.read<Cell>("policy").value;
    pause(200);
    CHECK(call.read<Cell>("policy").value == before);
    return before;
}

FakeGraph::Make make_cell() {
    return [](const ResourceContext&) { return std::make_shared<Cell>(); };
}

std::vector<std::int64_t> lagged(std::int64_t count, std::int64_t lag) {
    std::vector<std::int64_t> versions;
    for (std::int64_t i = 0; i < count; ++i) versions.push_back(i < lag ? -1 : i - lag);
    return versions;
}

constexpr std::int64_t steps = 12;

}  // namespace

TEST_CASE("readers see the version that their lag says, live or as a snapshot, with any timing") {
    with_each_engine([](const RunOptions& options) {
        for (const std::uint64_t credits : {1, 2, 3}) {
            CAPTURE(credits);
            std::vector<std::int64_t> rollout;
            std::vector<std::int64_t> scores;
            std::vector<std::int64_t> after;
            std::vector<std::int64_t> base;
            FakeGraph graph(steps);
            graph.resource("policy", make_cell()).numbers();
            const Use lag{.resource = "policy", .lag = credits, .snapshot = credits > 1};
            graph.map("rollout", "numbers.out", read_number, {{"policy", lag}});
            graph.map("scores", "rollout.out", read_number, {{"policy", lag}}, true);
            graph.map("base", "rollout.out", read_number, {{"policy", {.resource = "policy", .view = "base"}}});
            Spec join("fake.join", "Joins.");
            join.any_number_of_inputs("value: i64[B]").output("out", "value: i64[B]").writes("policy", "cell", "");
            const auto update = [](Call& call) {
                write_number(call, 0);
                call.out().set("value", std::vector<std::int64_t>{0});
            };
            graph.node("update", join, {.process = update},
                       {{"a", "rollout.out"}, {"b", "scores.out"}, {"c", "base.out"}},
                       {{"policy", {.resource = "policy", .access = Access::write}}});
            graph.feedback("update.out", "rollout", credits);
            const Use copy{.resource = "policy", .lag = 0, .snapshot = true};
            graph.map("after", "update.out", read_number, {{"policy", copy}});
            graph.collect("keep_rollout", "rollout.out", rollout).collect("keep_scores", "scores.out", scores);
            graph.collect("keep_after", "after.out", after).collect("keep_base", "base.out", base);
            const RunResult result = run(graph.plan(), options);
            CHECK(result.errors == "");
            CHECK(result.code == 0);
            CHECK(rollout == lagged(steps, static_cast<std::int64_t>(credits)));
            CHECK(scores == rollout);
            CHECK(after == lagged(steps, 0));
            CHECK(base == std::vector<std::int64_t>(steps, 1000));
        }
    });
}

TEST_CASE("a node that reads and writes one resource reads the version before its own write") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> seen;
        FakeGraph graph(steps);
        graph.resource("policy", make_cell()).numbers();
        const auto body = [](Call& call, std::int64_t) {
            write_number(call, 0);
            return call.read<Cell>("old").value;
        };
        graph.map("both", "numbers.out", body,
                  {{"policy", {.resource = "policy", .access = Access::write}},
                   {"old", {.resource = "policy", .lag = 1, .snapshot = true}}});
        graph.collect("keep", "both.out", seen);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(seen == lagged(steps, 1));
    });
}

TEST_CASE("a writer is alone with the live resource, even where the plan's lags would let a reader in") {
    with_each_engine([](const RunOptions& options) {
        std::atomic<int> readers = 0;
        std::atomic<int> clashes = 0;
        FakeGraph graph(steps);
        graph.resource("policy", make_cell()).numbers();
        const auto write = [&](Call& call, std::int64_t value) {
            if (readers != 0) ++clashes;
            return write_number(call, value);
        };
        const auto read = [&](Call& call, std::int64_t value) {
            ++readers;
            if (call.read<Cell>("policy").value == -999) ++clashes;
            pause(400);
            --readers;
            return value;
        };
        graph.map("write", "numbers.out", write, {{"policy", {.resource = "policy", .access = Access::write}}});
        const Use live{.resource = "policy", .lag = 0};  // a checker would ask for a snapshot here
        graph.map("read", "write.out", read, {{"policy", live}}, true);
        graph.map("read_too", "write.out", read, {{"policy", live}}, true);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(clashes == 0);
    });
}

TEST_CASE("resources are made in order, get the resources they are made from, and their own random numbers") {
    std::vector<std::uint64_t> keys;
    FakeGraph graph(1);
    graph.resource("first", [&](const ResourceContext& context) {
        keys.push_back(context.random().key());
        return std::make_shared<Cell>();
    });
    graph.resource("second", [&](const ResourceContext& context) {
        keys.push_back(context.random().key());
        CHECK(context.get<Cell>("whole")->value == -1);
        CHECK(context.get<Cell>("part")->value == 1000);
        return std::make_shared<Cell>();
    });
    graph.plan().resources[1].uses = {{"whole", 0, ""}, {"part", 0, "base"}};
    graph.numbers();
    const RunResult result = run(graph.plan());
    CHECK(result.code == 0);
    const Random root = Random(5).fork("resource");
    CHECK(keys == std::vector{root.fork("first").key(), root.fork("second").key()});
    CHECK(result.progress.find("loading first (fake.resource) ... ") != std::string::npos);
}

TEST_CASE("two writers of one resource are refused") {
    FakeGraph graph(1);
    graph.resource("policy", make_cell()).numbers();
    const Use write{.resource = "policy", .access = Access::write};
    graph.map("one", "numbers.out", write_number, {{"policy", write}});
    graph.map("two", "one.out", write_number, {{"policy", write}});
    const RunResult result = run(graph.plan());
    CHECK(result.code == 1);
    CHECK(result.errors ==
          "error: resource 'policy' is written by 'one' and by 'two'; one node may write a resource\n");
}
