#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

/// A source of 0, 1, ..., `count` - 1.
void count_to(FakeGraph& graph, const std::string& name, std::uint64_t count) {
    graph.numbers(name, {.process = [count](Call& call) {
                      if (call.sequence() == count) return call.end_of_stream();
                      call.out().set("value", std::vector{static_cast<std::int64_t>(call.sequence())});
                  }});
}

Spec with_side() {
    return Spec("fake.with_side", "Reads a whole stream beside its packets.")
        .input("in", "value: i64[B]")
        .side_input("whole", "value: i64[B]")
        .output("out", "value: i64[B]");
}

/// A number that the order and the values of the whole side stream make.
std::int64_t digest(const Call& call, std::string_view port = "whole") {
    std::int64_t sum = 7;
    for (const Packet& packet : call.side(port)) {
        sum = (sum * 31 + packet.values<std::int64_t>("value")[0]) % 1000003;
    }
    return sum;
}

void give(Call& call, std::int64_t value) {
    call.out().set("value", std::vector{value});
}

}  // namespace

TEST_CASE("a side input has the whole stream, in order, in every call, from the first on") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(5);
        graph.numbers();
        count_to(graph, "others", 40);  // more than `steps`, and more than a source may have in flight
        const auto late = [](Call& call, std::int64_t value) {
            std::minstd_rand random(static_cast<unsigned>(call.random().key()));
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 500));
            return value * 2;
        };
        graph.map("doubled", "others.out", late, {}, true);
        std::vector<std::size_t> sizes;
        std::vector<std::int64_t> firsts;
        const auto process = [&](Call& call) {
            sizes.push_back(call.side("whole").size());
            for (std::size_t i = 0; i < call.side("whole").size(); ++i) {
                CHECK(call.side("whole")[i].values<std::int64_t>("value")[0] == static_cast<std::int64_t>(2 * i));
            }
            give(call, value_of(call) + digest(call));
        };
        graph.node("node", with_side(), {.process = process}, {{"in", "numbers.out"}, {"whole", "doubled.out"}});
        std::vector<std::int64_t> seen;
        graph.collect("sink", "node.out", seen);
        const RunResult result = run(graph.plan(), options);
        CHECK(result.errors == "");
        CHECK(result.code == 0);
        CHECK(sizes == std::vector<std::size_t>(5, 40));
        CHECK(seen.size() == 5);
        CHECK(result.progress.find("5 steps in") != std::string::npos);
        CHECK(result.progress.find("packets kept by side inputs: doubled -> node.whole 40") != std::string::npos);
    });
}

TEST_CASE("side streams of every kind give the same bits in both engines") {
    const auto outcome = [](const RunOptions& options) {
        FakeGraph graph(12);
        graph.resource("policy", [](const ResourceContext&) { return std::make_shared<Cell>(); });
        graph.numbers();
        count_to(graph, "others", 9);
        Spec pairs("fake.pairs", "Packs two.");
        pairs.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
        auto held = std::make_shared<std::int64_t>(0);
        graph.node("pairs", pairs,
                   {.process =
                        [held](Call& call) {
                            *held += value_of(call);
                            if (call.sequence() % 2 == 1) call.emit().set("value", std::vector{*held});
                        },
                    .flush = [held](Call& call) { call.emit().set("value", std::vector{*held + 100}); }},
                   {{"in", "others.out"}});
        // A side stream that itself waits for a side stream, and a source with nothing but one.
        count_to(graph, "third", 6);
        graph.node("between", with_side(), {.process = [](Call& call) { give(call, value_of(call) + digest(call)); }},
                   {{"in", "third.out"}, {"whole", "pairs.out"}});
        graph.node(
            "drawn", Spec("fake.drawn", "Draws.").side_input("whole", "value: i64[B]").output("out", "value: i64[B]"),
            {.process = [](Call& call) { give(call, digest(call) + static_cast<std::int64_t>(call.sequence())); }},
            {{"whole", "between.out"}});
        Spec train = with_side().writes("policy", "", "");
        graph.node("train", train,
                   {.process =
                        [](Call& call) {
                            auto& cell = call.write<Cell>("policy");
                            cell.value = (cell.value * 13 + value_of(call) + digest(call)) % 1000003;
                            give(call, cell.value);
                            call.metric("loss", static_cast<double>(cell.value));
                        }},
                   {{"in", "drawn.out"}, {"whole", "between.out"}}, {{"policy", {"policy", Access::write}}});
        std::vector<std::int64_t> seen;
        graph.collect("sink", "train.out", seen);
        const TemporaryFolder folder;
        const RunResult result = run_in(folder.path(), graph.plan(), options);
        CHECK(result.errors == "");
        CHECK(seen.size() == 12);
        std::string text =
            without_times(result.metrics) + text_of_file(folder.path() / "run/resources/policy/value.txt");
        for (const auto value : seen) text += std::to_string(value) + ' ';
        return text;
    };
    RunOptions serial;
    serial.engine = "serial";
    const std::string expected = outcome(serial);
    CHECK(expected.size() > 300);
    with_each_engine([&](const RunOptions& options) {
        for (int i = 0; i < 5; ++i) CHECK(outcome(options) == expected);
    });
}

TEST_CASE("an empty side stream is a stream; a side input left out is none") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(2);
        graph.numbers();
        count_to(graph, "others", 0);
        Spec spec = with_side();
        spec.may_side_input("more", "value: i64[B]");
        int calls = 0;
        graph.node("node", spec,
                   {.process =
                        [&calls](Call& call) {
                            ++calls;
                            CHECK(call.has_side("whole"));
                            CHECK(call.side("whole").empty());
                            CHECK_FALSE(call.has_side("more"));
                            CHECK_THROWS_WITH_AS(static_cast<void>(call.side("more")),
                                                 "the node has no side input 'more', or the graph leaves it out",
                                                 Error);
                            give(call, 1);
                        }},
                   {{"in", "numbers.out"}, {"whole", "others.out"}});
        CHECK(run(graph.plan(), options).errors == "");
        CHECK(calls == 2);
    });
}

TEST_CASE("a node that regroups has its side streams when it is flushed, whatever ended first") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(0);  // no packet at all on the main stream
        graph.numbers();
        graph.numbers("others", {.process = [](Call& call) {
                          std::this_thread::sleep_for(std::chrono::milliseconds(1));
                          if (call.sequence() == 3) return call.end_of_stream();
                          give(call, 5);
                      }});
        std::size_t flushed = 0;
        graph.node("node", with_side().regroups(),
                   {.flush = [&flushed](Call& call) { flushed = call.side("whole").size(); }},
                   {{"in", "numbers.out"}, {"whole", "others.out"}});
        CHECK(run(graph.plan(), options).errors == "");
        CHECK(flushed == 3);
    });
}

TEST_CASE("a failure in a side stream stops the run before its consumer begins") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(3);
        graph.numbers();
        graph.numbers("others", {.process = [](Call& call) {
                          if (call.sequence() == 6) throw Error("row 6 is torn");
                          give(call, 0);
                      }});
        int calls = 0;
        graph.node("node", with_side(), {.process = [&calls](Call&) { ++calls; }},
                   {{"in", "numbers.out"}, {"whole", "others.out"}});
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 1);
        CHECK(calls == 0);
        CHECK(result.errors ==
              "error: graph.yaml:11: node 'others' (fake.numbers, plugin fakes), packet 6: row 6 is torn\n");
    });
}

TEST_CASE("a side stream whose columns are not those of the port is refused with its packet") {
    FakeGraph graph(3);
    graph.numbers();
    graph.node("others", Spec("fake.texts", "Gives texts.").output("out", ""),
               {.process =
                    [](Call& call) {
                        if (call.sequence() == 2) return call.end_of_stream();
                        call.out().set("value", std::vector<std::string>{"one"});
                    }},
               {});
    graph.node("node", with_side(), {}, {{"in", "numbers.out"}, {"whole", "others.out"}});
    CHECK(run(graph.plan()).errors ==
          "error: graph.yaml:12: node 'node' (fake.with_side, plugin fakes), packet 0: packet 0 of side input 'whole': "
          "column 'value' is str[1], declared as value: i64[B]\n");
}

TEST_CASE("a stall names the side input that waits") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(10);  // no checker would let this pass
        graph.numbers();
        graph.node("node", with_side(), {}, {{"in", "numbers.out"}, {"whole", "numbers.out"}});
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 1);
        CHECK(result.errors ==
              "error: the graph stalled: nothing runs and nothing can.\n"
              "  graph.yaml:10: node 'numbers' (fake.numbers, plugin fakes): all of its 4 packets in flight wait for "
              "others\n"
              "  graph.yaml:11: node 'node' (fake.with_side, plugin fakes): side input 'whole' waits for the end of "
              "numbers.out (4 packets so far)\n");
    });
}
