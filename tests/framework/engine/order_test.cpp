#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

std::vector<std::int64_t> range(std::int64_t count) {
    std::vector<std::int64_t> values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(i);
    return values;
}

}  // namespace

TEST_CASE("a chain runs every packet through every node, in order") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> seen;
        FakeGraph graph(50);
        graph.numbers().map("double", "numbers.out", [](Call&, std::int64_t value) { return 2 * value; });
        graph.collect("sink", "double.out", seen);
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 0);
        CHECK(result.errors == "");
        REQUIRE(seen.size() == 50);
        for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == static_cast<std::int64_t>(2 * i));
    });
}

TEST_CASE("branches rejoin packet by packet, even when a parallel branch finishes out of order") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> seen;
        FakeGraph graph(40);
        graph.numbers();
        const auto slow_first = [](Call&, std::int64_t value) {
            std::this_thread::sleep_for(std::chrono::microseconds(value % 4 == 0 ? 900 : 50));
            return value * 10;
        };
        graph.map("slow", "numbers.out", slow_first, {}, true);
        graph.map("quick", "numbers.out", [](Call&, std::int64_t value) { return value; });
        Spec spec("fake.join", "Checks that its inputs belong together.");
        spec.any_number_of_inputs("value: i64[B]");
        const auto join = [&seen](Call& call) {
            REQUIRE(call.inputs().size() == 3);
            CHECK(value_of(call, "left") == 10 * value_of(call, "right"));
            CHECK(value_of(call, "direct") == static_cast<std::int64_t>(call.sequence()));
            seen.push_back(value_of(call, "right"));
        };
        graph.node("join", spec, {.process = join},
                   {{"left", "slow.out"}, {"right", "quick.out"}, {"direct", "numbers.out"}});
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(seen == range(40));
    });
}

TEST_CASE("a parallel node runs several packets at once, others one") {
    for (const bool parallel : {true, false}) {
        CAPTURE(parallel);
        std::atomic<int> running = 0;
        std::atomic<int> most = 0;
        FakeGraph graph(12);
        graph.numbers();
        const auto body = [&](Call&, std::int64_t value) {
            const int now = ++running;
            int seen = most;
            while (seen < now && !most.compare_exchange_weak(seen, now)) continue;
            if (parallel) wait_until([&] { return most > 1; });
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            --running;
            return value;
        };
        std::vector<std::int64_t> seen;
        graph.map("body", "numbers.out", body, {}, parallel).collect("sink", "body.out", seen);
        RunOptions options;
        options.workers = 4;
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(seen == range(12));
        CHECK((most > 1) == parallel);
    }
}

TEST_CASE("a source ends by itself, and packets without rows or steps are no special case") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> seen;
        FakeGraph graph(1000);
        graph.numbers("numbers", {.process = [](Call& call) {
                          if (call.sequence() == 7) return call.end_of_stream();
                          call.out().set("value",
                                         std::vector<std::int64_t>{static_cast<std::int64_t>(call.sequence())});
                      }});
        graph.collect("sink", "numbers.out", seen);
        graph.plan().steps.reset();
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(seen == range(7));

        FakeGraph none(0);
        int calls = 0;
        none.numbers("numbers", {.process = [&calls](Call&) { ++calls; }});
        const RunResult result = run(none.plan(), options);
        CHECK(result.code == 0);
        CHECK(calls == 0);
        CHECK(result.metrics == "");
    });
}

TEST_CASE("several sources run side by side, each on its clock") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> one;
        std::vector<std::int64_t> two;
        FakeGraph graph(9);
        graph.numbers("first").numbers("second");
        graph.collect("one", "first.out", one).collect("two", "second.out", two);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(one == range(9));
        CHECK(two == range(9));
    });
}

TEST_CASE("random numbers depend on the seed, the node and the packet alone") {
    const auto keys = [](std::uint64_t seed, const RunOptions& options) {
        std::vector<std::int64_t> seen;
        FakeGraph graph(5);
        graph.plan().seed = seed;
        graph.numbers();
        const auto draw = [](Call& call, std::int64_t) { return static_cast<std::int64_t>(call.random().key() >> 1); };
        graph.map("one", "numbers.out", draw).map("two", "one.out", draw);
        graph.collect("a", "one.out", seen).collect("b", "two.out", seen);
        CHECK(run(graph.plan(), options).code == 0);
        std::ranges::sort(seen);
        return seen;
    };
    std::vector<std::int64_t> expected;
    for (const char* name : {"one", "two"}) {
        for (std::uint64_t i = 0; i < 5; ++i) {
            expected.push_back(static_cast<std::int64_t>(Random(5).fork("node").fork(name).fork(i).key() >> 1));
        }
    }
    std::ranges::sort(expected);
    with_each_engine([&](const RunOptions& options) {
        if (options.engine == "flow" && options.workers > 1) return;  // two sinks write one vector
        CHECK(keys(5, options) == expected);
        CHECK(keys(6, options) != expected);
    });
}
