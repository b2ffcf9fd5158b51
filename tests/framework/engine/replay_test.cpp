#include <doctest/doctest.h>
#include <framework/engine/replay.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"
#include "support/error_of.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;
using anabranch::tests::contains;
using anabranch::tests::error_of;

namespace {

/// numbers -> jitter (parallel) -> train (writes cell, feedback to numbers) -> pack (three in one) -> end. Metrics
/// depend on random numbers, on the sequence and on all calls before.
void build(FakeGraph& graph) {
    graph.resource("cell", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph.numbers();
    const auto jitter = [](Call& call, std::int64_t value) {
        std::this_thread::sleep_for(std::chrono::microseconds(call.sequence() % 3 == 0 ? 900 : 10));
        return value + call.random().integer(0, 1000, 0);
    };
    graph.map("jitter", "numbers.out", jitter, {}, true);
    const auto train = [](Call& call, std::int64_t value) {
        Cell& cell = call.write<Cell>("policy");
        cell.value = (31 * cell.value + value + call.random().integer(0, 1000, 0)) % 1000003;
        call.metric("trained", static_cast<double>(cell.value));
        return cell.value;
    };
    graph.map("train", "jitter.out", train, {{"policy", {.resource = "cell", .access = Access::write}}});
    graph.feedback("train.out", "numbers", 3);
    Spec pack("fake.pack", "Adds three.");
    pack.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    const auto sum = std::make_shared<std::int64_t>(0);
    const auto add = [sum](Call& call) {
        *sum += value_of(call);
        if (call.sequence() % 3 == 2) call.emit().set("value", std::vector<std::int64_t>{*sum % 1000003});
    };
    const auto rest = [sum](Call& call) { call.emit().set("value", std::vector<std::int64_t>{*sum % 1000003}); };
    graph.node("pack", pack, {.process = add, .flush = rest}, {{"in", "train.out"}});
    graph.map("end", "pack.out", [](Call& call, std::int64_t value) {
        call.metric("end", static_cast<double>(value + call.random().integer(0, 1000, 0)));
        return value;
    });
}

/// The metrics with this name, in order.
std::string only(const std::string& metrics, const std::string& name) {
    std::string lines;
    for (std::size_t at = metrics.find(name); at != std::string::npos; at = metrics.find(name, at + 1))
        lines += metrics.substr(at, metrics.find_first_of(",}", at) - at) + "\n";
    return lines;
}

RunResult record(const std::filesystem::path& folder, const RunOptions& given, const std::vector<std::string>& wanted) {
    FakeGraph graph(20);
    build(graph);
    RunOptions options = given;
    options.record = recorded_edges(graph.plan(), wanted);
    return run_in(folder, graph.plan(), options);
}

RunResult replay(const std::filesystem::path& folder, const RunOptions& options, const ReplayRequest& request) {
    FakeGraph graph(20);
    build(graph);
    const Replay part = make_replay(graph.plan(), request, Recordings({folder / "run"}));
    const TemporaryFolder out;
    return run_in(out.path(), part.plan, options);
}

}  // namespace

TEST_CASE("every engine records the same bytes, also what a parallel node gave out of order") {
    std::string first;
    with_each_engine([&first](const RunOptions& options) {
        const TemporaryFolder folder;
        const RunResult result = record(folder.path(), options, {"train", "jitter.out"});
        CHECK(result.code == 0);
        CHECK(contains(result.progress, "recorded/train.in.packets (20 packets, "));
        std::string bytes;
        for (const auto* name : {"train.in", "train.out", "jitter.out"})
            bytes += text_of_file(folder.path() / "run/recorded" / (std::string(name) + ".packets"));
        if (first.empty()) first = bytes;
        CHECK((bytes == first));
    });
}

TEST_CASE("a node, and the graph from a node on, give on recorded packets what they gave in the run") {
    const TemporaryFolder folder;
    const RunResult whole = record(folder.path(), {}, {"train.in", "pack.in", "end.in", "jitter.in"});
    REQUIRE(whole.code == 0);
    const std::string trained = only(whole.metrics, "\"trained\"");
    const std::string ended = only(whole.metrics, "\"end\"");
    REQUIRE(std::ranges::count(trained, '\n') == 20);
    REQUIRE(std::ranges::count(ended, '\n') == 7);
    with_each_engine([&](const RunOptions& options) {
        for (const std::string from : {"jitter", "train", "pack", "end"}) {
            CAPTURE(from);
            const RunResult part = replay(folder.path(), options, {from, true});
            CHECK(part.errors == "");
            CHECK(part.code == 0);
            CHECK(only(part.metrics, "\"end\"") == ended);
            CHECK(only(part.metrics, "\"trained\"") == (from == "jitter" || from == "train" ? trained : ""));
        }
        const RunResult node = replay(folder.path(), options, {"train", false});
        CHECK(node.code == 0);
        CHECK(only(node.metrics, "\"trained\"") == trained);
        const RunResult few = replay(folder.path(), options, {"train", false, 5});
        CHECK(only(few.metrics, "\"trained\"") == trained.substr(0, only(few.metrics, "\"trained\"").size()));
        CHECK(std::ranges::count(only(few.metrics, "\"trained\""), '\n') == 5);
    });
}

TEST_CASE("what a replay cannot do is refused with what is missing") {
    const TemporaryFolder folder;
    REQUIRE(record(folder.path(), {}, {"train.in"}).code == 0);
    FakeGraph graph(20);
    build(graph);
    const Recordings recordings({folder.path() / "run"});
    CHECK(recordings.seed() == "5");
    const auto refused = [&](const ReplayRequest& request) {
        return error_of([&] { return make_replay(graph.plan(), request, recordings); });
    };
    CHECK(contains(refused({"numbers"}), "node 'numbers' takes no packets"));
    CHECK(contains(refused({"pac"}), "there is no node 'pac'; did you mean 'pack'?"));
    CHECK(refused({"pack"}) ==
          "these packets are needed and not recorded:\n  train.out, which goes to pack.in\nrecorded: jitter.out\n"
          "record them: anabranch run GRAPH --record pack");
    graph.map("look", "jitter.out", [](Call&, std::int64_t value) { return value; },
              {{"policy", {.resource = "cell", .lag = 3, .snapshot = true}}});
    CHECK(contains(refused({"look"}),
                   "node 'look' reads resource 'cell', which 'train' writes, and that node is left "
                   "out of the replay, so that the versions are not known"));
    CHECK(contains(refused({"look"}), "--steps 3"));
    CHECK(refused({"look", false, 3}) == "no error");
    CHECK(contains(error_of([&] { return Recordings({folder.path() / "run/graph.yaml"}); }), "no packet file"));
    CHECK(contains(error_of([&] { return Recordings({folder.path() / "nowhere"}); }), "cannot open"));
}

TEST_CASE("a replay of packets that do not begin with the first one says so") {
    const TemporaryFolder folder;
    REQUIRE(record(folder.path(), {}, {"train.in"}).code == 0);
    PacketFileReader reader(folder.path() / "run/recorded/train.in.packets");
    std::filesystem::create_directories(folder.path() / "later");
    PacketFileWriter writer(folder.path() / "later/train.in.packets", reader.description());
    while (const auto stored = reader.next()) {
        if (stored->sequence > 4) writer.write(stored->sequence, stored->packet);
    }
    writer.finish();
    FakeGraph graph(20);
    build(graph);
    const Replay part = make_replay(graph.plan(), {"train"}, Recordings({folder.path() / "later"}));
    const RunResult result = run(part.plan);
    CHECK(result.code == 1);
    CHECK(contains(result.errors, "found packet 5, expected 0; a replay begins with packet 0"));
}
