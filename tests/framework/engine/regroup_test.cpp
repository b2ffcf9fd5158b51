#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

Spec regrouping() {
    Spec spec("fake.regroup", "Gives more or fewer packets than it takes.");
    spec.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    return spec;
}

void emit(Call& call, std::int64_t value, std::string_view port = "out") {
    call.emit(port).set("value", std::vector<std::int64_t>{value});
}

/// Sums of `size` packets each; what is left at the end is one more.
Behaviour packer(std::int64_t size) {
    struct State {
        std::int64_t held = 0;
        std::int64_t sum = 0;
    };
    const auto state = std::make_shared<State>();
    const auto give = [state](Call& call) {
        emit(call, state->sum);
        *state = {};
    };
    return {.process =
                [=](Call& call) {
                    state->sum += value_of(call);
                    if (++state->held == size) give(call);
                },
            .flush =
                [=](Call& call) {
                    if (state->held > 0) give(call);
                }};
}

}  // namespace

TEST_CASE("a packer starts a clock of its own and gives what it holds at the end") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> seen;
        std::vector<std::uint64_t> sequences;
        FakeGraph graph(8);
        graph.numbers().node("pack", regrouping(), packer(3), {{"in", "numbers.out"}});
        graph.map("number", "pack.out", [&](Call& call, std::int64_t value) {
            sequences.push_back(call.sequence());
            return value;
        });
        graph.collect("sink", "number.out", seen);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(seen == std::vector<std::int64_t>{0 + 1 + 2, 3 + 4 + 5, 6 + 7});
        CHECK(sequences == std::vector<std::uint64_t>{0, 1, 2});
    });
}

TEST_CASE("a packer may hold back more packets than a source has in flight") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> seen;
        FakeGraph graph(25);
        graph.numbers().node("pack", regrouping(), packer(10), {{"in", "numbers.out"}});
        graph.collect("sink", "pack.out", seen);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(seen == std::vector<std::int64_t>{45, 145, 110});
    });
}

TEST_CASE("filters and expanders in a row, and an empty stream") {
    with_each_engine([](const RunOptions& options) {
        for (const std::uint64_t steps : {0, 1, 6}) {
            std::vector<std::int64_t> seen;
            FakeGraph graph(steps);
            graph.numbers();
            const auto odd = [](Call& call) {
                if (value_of(call) % 2 == 1) emit(call, value_of(call));
            };
            const auto twice = [](Call& call) {
                emit(call, value_of(call));
                emit(call, -value_of(call));
            };
            graph.node("odd", regrouping(), {.process = odd}, {{"in", "numbers.out"}});
            graph.node("twice", regrouping(), {.process = twice}, {{"in", "odd.out"}});
            graph.collect("sink", "twice.out", seen);
            CHECK(run(graph.plan(), options).code == 0);
            CHECK(seen == (steps == 6 ? std::vector<std::int64_t>{1, -1, 3, -3, 5, -5} : std::vector<std::int64_t>{}));
        }
    });
}

TEST_CASE("what an expander gives counts as in flight until it is consumed") {
    with_each_engine([](const RunOptions& options) {
        std::atomic<int> given = 0;
        std::atomic<int> consumed = 0;
        std::atomic<int> most = 0;
        FakeGraph graph(30);
        graph.numbers();
        const auto five = [&](Call& call) {
            for (int i = 0; i < 5; ++i) emit(call, i);
            given += 5;
            most = std::max<int>(most, given - consumed);
        };
        graph.node("five", regrouping(), {.process = five}, {{"in", "numbers.out"}});
        graph.map("slow", "five.out", [&](Call&, std::int64_t value) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            ++consumed;
            return value;
        });
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(consumed == 150);
        CHECK(most <= 4 * 5);
    });
}

TEST_CASE("streams of one clock that turn out differently long are an error, not a silent loss") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(6);
        graph.numbers();
        Spec split("fake.split", "Unequal outputs.");
        split.input("in", "value: i64[B]").output("all", "value: i64[B]").output("some", "value: i64[B]").regroups();
        const auto process = [](Call& call) {
            emit(call, value_of(call), "all");
            if (value_of(call) < 4) emit(call, value_of(call), "some");
        };
        graph.node("split", split, {.process = process}, {{"in", "numbers.out"}});
        Spec join("fake.join", "Joins.");
        join.any_number_of_inputs("value: i64[B]");
        graph.node("join", join, {}, {{"a", "split.all"}, {"b", "split.some"}});
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 1);
        CHECK(result.errors ==
              "error: graph.yaml:12: node 'join' (fake.join, plugin fakes): input 'b' ended after 4 packets, but input "
              "'a' has more; packets of both are joined one to one\n");
    });
}

TEST_CASE("a source cannot regroup") {
    FakeGraph graph(2);
    Spec spec("fake.source", "A source that regroups.");
    spec.output("out", "value: i64[B]").regroups();
    graph.node("source", spec, {});
    const RunResult result = run(graph.plan());
    CHECK(result.code == 1);
    CHECK(result.errors.find("node 'source' (fake.source) has no input and regroups") != std::string::npos);
}
