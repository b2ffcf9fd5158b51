#include <doctest/doctest.h>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

TEST_CASE("a loop whose packer needs more packets than the credits let in is a stall that says who waits for whom") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(10);
        int held = 0;
        graph.numbers().map("start", "numbers.out", [](Call&, std::int64_t value) { return value; });
        Spec pack("fake.pack", "Packs three.");
        pack.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
        const auto process = [&held](Call& call) {
            if (++held % 3 == 0) call.emit().set("value", std::vector<std::int64_t>{held});
        };
        graph.node("pack", pack, {.process = process}, {{"in", "start.out"}});
        graph.map("end", "pack.out", [](Call&, std::int64_t value) { return value; });
        graph.feedback("end.out", "start", 2);
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 1);
        CHECK(
            result.errors ==
            "error: the graph stalled: nothing runs and nothing can.\n"
            "  graph.yaml:10: node 'numbers' (fake.numbers, plugin fakes): all of its 4 packets in flight wait for "
            "others\n"
            "  graph.yaml:11: node 'start' (fake.map, plugin fakes): feedback waits for packet 0 of end.out (credits: "
            "2)\n"
            "  graph.yaml:12: node 'pack' (fake.pack, plugin fakes): input 'in' waits for packet 2 of start.out\n"
            "  graph.yaml:13: node 'end' (fake.map, plugin fakes): input 'in' waits for packet 0 of pack.out\n");
    });
}

TEST_CASE("feedback from a stream that has ended is a stall that says so") {
    FakeGraph graph(5);
    graph.numbers("short", {.process = [](Call& call) {
                      if (call.sequence() == 2) return call.end_of_stream();
                      call.out().set("value", std::vector<std::int64_t>{0});
                  }});
    graph.numbers("long");
    graph.feedback("short.out", "long", 1);
    const RunResult result = run(graph.plan());
    CHECK(result.code == 1);
    CHECK(result.errors ==
          "error: the graph stalled: nothing runs and nothing can.\n  graph.yaml:11: node 'long' (fake.numbers, plugin "
          "fakes): feedback waits for packet 2 of short.out (credits: 1), which ended after 2\n");
}
