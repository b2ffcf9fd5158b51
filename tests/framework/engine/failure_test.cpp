#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

std::int64_t same(Call&, std::int64_t value) {
    return value;
}

/// numbers -> bad -> sink, where `bad` does something wrong for packet 3.
template <typename Wrong>
RunResult run_bad(const RunOptions& options, Wrong wrong) {
    FakeGraph graph(10);
    std::vector<std::int64_t> seen;
    graph.numbers();
    graph.map("bad", "numbers.out", [&](Call& call, std::int64_t value) {
        if (call.sequence() == 3) wrong(call);
        call.metric("value", static_cast<double>(value));
        return value;
    });
    graph.collect("sink", "bad.out", seen);
    RunResult result = run(graph.plan(), options);
    CHECK(result.code == 1);
    CHECK(seen.size() <= 3);
    return result;
}

const std::string place = "error: graph.yaml:11: node 'bad' (fake.map, plugin fakes), packet 3: ";

}  // namespace

TEST_CASE("what leaves a node is reported with node, plugin, line and packet, whatever type it has") {
    with_each_engine([](const RunOptions& options) {
        CHECK(run_bad(options, [](Call&) { throw Error("the disk is full"); }).errors == place + "the disk is full\n");
        CHECK(run_bad(options, [](Call&) { throw std::out_of_range("at"); }).errors == place + "at\n");
        CHECK(run_bad(options, [](Call&) { throw 5; }).errors == place + "threw something that is no exception\n");
        CHECK(run_bad(options, [](Call&) { throw std::bad_alloc(); }).errors == place + "out of memory\n");
    });
}

TEST_CASE("a node is held to its spec") {
    with_each_engine([](const RunOptions& options) {
        const auto wrong = run_bad(options, [](Call& call) { call.out("other"); });
        CHECK(wrong.errors == place + "the node gave a packet on 'other', which its spec does not declare\n");
        const auto end = run_bad(options, [](Call& call) { call.end_of_stream(); });
        CHECK(end.errors == place + "end_of_stream() is for sources; this node has inputs\n");
        const auto twice = run_bad(options, [](Call& call) { call.emit().pass(call.in()); });
        CHECK(twice.errors == place + "output 'out' got 2 packets in one call, expected one\n");

        FakeGraph type(3);
        type.numbers("numbers", {.process = [](Call& call) { call.out().set("value", std::vector<float>{1}); }});
        CHECK(
            run(type.plan(), options).errors ==
            "error: graph.yaml:10: node 'numbers' (fake.numbers, plugin fakes), packet 0: output 'out': column 'value' "
            "is f32[1], declared as value: i64[B]\n");
        FakeGraph none(3);
        none.numbers("numbers", {.process = [](Call&) {}});
        CHECK(run(none.plan(), options).errors.find("output 'out' got 0 packets in one call") != std::string::npos);
    });
}

TEST_CASE("the steps before a failure are kept") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(10);
        graph.numbers().map("first", "numbers.out", same);
        graph.map("bad", "first.out", [](Call& call, std::int64_t value) {
            if (call.sequence() == 3) throw Error("no");
            call.metric("value", static_cast<double>(value));
            return value;
        });
        graph.map("last", "bad.out", same);
        graph.feedback("last.out", "first", 1);
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 1);
        CHECK(without_times(result.metrics) ==
              "{\"step\": 1, \"value\": 0}\n{\"step\": 2, \"value\": 1}\n{\"step\": 3, \"value\": 2}\n");
        CHECK(result.progress.find("failed: 3 steps in ") != std::string::npos);
    });
}

TEST_CASE("several failures at once are all reported, and running calls finish") {
    std::atomic<int> arrived = 0;
    std::atomic<bool> finished = false;
    FakeGraph graph(1);
    graph.numbers();
    const auto meet = [&] {
        ++arrived;
        while (arrived < 3) std::this_thread::yield();
    };
    const auto fail = [&](Call& call, std::int64_t) -> std::int64_t {
        meet();
        throw Error(cat("failed with ", call.random().key() % 1));
    };
    graph.map("one", "numbers.out", fail).map("two", "numbers.out", fail);
    graph.map("good", "numbers.out", [&](Call&, std::int64_t value) {
        meet();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        finished = true;
        return value;
    });
    RunOptions options;
    options.workers = 3;
    const RunResult result = run(graph.plan(), options);
    CHECK(result.code == 1);
    CHECK(finished);
    CHECK(result.errors.find("node 'one'") != std::string::npos);
    CHECK(result.errors.find("node 'two'") != std::string::npos);
}

TEST_CASE("every node is closed once, after everything, and what close throws is reported too") {
    with_each_engine([](const RunOptions& options) {
        for (const bool fails : {false, true}) {
            CAPTURE(fails);
            std::vector<std::string> closed;
            const auto close = [&closed](const std::string& name) {
                return [&closed, name] {
                    closed.push_back(name);
                    if (name != "b") throw Error("cannot close " + name);
                };
            };
            std::atomic<int> running = 0;
            const auto process = [&](Call& call) {
                CHECK(closed.empty());
                if (fails && call.sequence() == 1) throw Error("process");
                ++running;
            };
            FakeGraph graph(3);
            graph.numbers();
            for (const std::string name : {"a", "b", "c"}) {
                graph.node(name, Spec("fake.sink", "Closes.").input("in", "value: i64[B]"),
                           {.process = process, .close = close(name)}, {{"in", "numbers.out"}});
            }
            const RunResult result = run(graph.plan(), options);
            CHECK(result.code == 1);
            CHECK(closed == std::vector<std::string>{"a", "b", "c"});
            CHECK(result.errors.find("node 'a' (fake.sink, plugin fakes), while closing: cannot close a") !=
                  std::string::npos);
            CHECK(result.errors.find("cannot close c") != std::string::npos);
            CHECK((result.errors.find("packet 1: process") != std::string::npos) == fails);
        }
    });
}

TEST_CASE("failures in flush, of constructors and of resources") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph flush(3);
        Spec spec("fake.pack", "Throws.");
        spec.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
        flush.numbers().node("pack", spec, {.flush = [](Call&) { throw Error("nothing to give"); }},
                             {{"in", "numbers.out"}});
        CHECK(
            run(flush.plan(), options).errors ==
            "error: graph.yaml:11: node 'pack' (fake.pack, plugin fakes), at the end of its input: nothing to give\n");

        FakeGraph making(3);
        bool closed = false;
        bool loaded = false;
        making.resource("model", [&](const ResourceContext&) {
            loaded = true;
            return std::make_shared<Cell>();
        });
        making.numbers("numbers", {.close = [&] { closed = true; }});
        making.node("x", Spec("fake.x", "Throws."), {.make = [] { throw Error("no such file"); }});
        making.node("y", Spec("fake.y", "Throws."), {.make = [] { throw Error("no such folder"); }});
        CHECK(run(making.plan(), options).errors ==
              "error: graph.yaml:11: node 'x' (fake.x, plugin fakes): no such file\n"
              "error: graph.yaml:12: node 'y' (fake.y, plugin fakes): no such folder\n");
        CHECK(closed);
        CHECK_FALSE(loaded);

        FakeGraph resource(3);
        resource.resource("model",
                          [](const ResourceContext&) -> std::shared_ptr<Resource> { throw Error("bad file"); });
        resource.numbers();
        CHECK(run(resource.plan(), options).errors ==
              "error: graph.yaml:2: resource 'model' (fake.resource, plugin fakes): bad file\n");
    });
}

TEST_CASE("after a failure trained resources are kept, but not those whose writer failed") {
    with_each_engine([](const RunOptions& options) {
        const TemporaryFolder folder;
        FakeGraph graph(4);
        const auto make = [](const ResourceContext&) { return std::make_shared<Cell>(); };
        graph.resource("good", make).resource("frozen", make).numbers();
        const auto write = [](Call& call, std::int64_t value) {
            if (call.has_resource("policy")) call.write<Cell>("policy").value = value;
            return value;
        };
        const Use use{.resource = "good", .access = Access::write};
        graph.map("write", "numbers.out", write, {{"policy", use}});
        graph.map("later", "write.out", [](Call& call, std::int64_t value) {
            if (call.sequence() == 2) throw Error("late");
            return value;
        });
        graph.feedback("later.out", "write", 1);
        CHECK(run_in(folder.path(), graph.plan(), options).code == 1);
        CHECK(text_of_file(folder.path() / "run/resources/good/value.txt") == "2\n");
        CHECK_FALSE(std::filesystem::exists(folder.path() / "run/resources/frozen"));

        const TemporaryFolder other;
        FakeGraph broken(4);
        broken.resource("policy", make).numbers();
        const auto fail = [](Call& call, std::int64_t) -> std::int64_t {
            call.write<Cell>("policy").value = -999;
            throw Error("in the middle");
        };
        broken.map("write", "numbers.out", fail, {{"policy", {.resource = "policy", .access = Access::write}}});
        CHECK(run_in(other.path(), broken.plan(), options).code == 1);
        CHECK_FALSE(std::filesystem::exists(other.path() / "run/resources"));
    });
}

TEST_CASE("an unknown engine and a worker hook that throws") {
    FakeGraph graph(2);
    graph.numbers().map("same", "numbers.out", same);
    RunOptions options;
    options.engine = "steam";
    CHECK(run(graph.plan(), options).errors == "error: there is no engine 'steam'; engines: flow, serial\n");
    options.engine = "flow";
    options.worker_hooks.push_back([](int) { throw Error("no device"); });
    const RunResult result = run(graph.plan(), options);
    CHECK(result.code == 1);
    CHECK(result.errors.find("no device") != std::string::npos);
}

TEST_CASE(
    "what is thrown and is no exception is told of constructors, flush and close too, with all else that failed") {
    with_each_engine([](const RunOptions& options) {
        const std::string none = "threw something that is no exception\n";
        FakeGraph making(3);
        making.numbers().node("x", Spec("fake.x", "Throws."), {.make = [] { throw 5; }});
        CHECK(run(making.plan(), options).errors == "error: graph.yaml:11: node 'x' (fake.x, plugin fakes): " + none);

        FakeGraph ending(3);
        Spec spec("fake.pack", "Throws.");
        spec.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
        ending.numbers().node("pack", spec, {.flush = [](Call&) { throw 'c'; }, .close = [] { throw 1.5; }},
                              {{"in", "numbers.out"}});
        CHECK(run(ending.plan(), options).errors ==
              "error: graph.yaml:11: node 'pack' (fake.pack, plugin fakes), at the end of its input: " + none +
                  "error: graph.yaml:11: node 'pack' (fake.pack, plugin fakes), while closing: " + none);
    });
}

TEST_CASE("a packet that cannot be recorded ends the run, with the node that gave it") {
    with_each_engine([](const RunOptions& options) {
        const TemporaryFolder folder;
        FakeGraph graph(3);
        const float value = 0;
        Spec spec("fake.gpu", "Gives what lies elsewhere.");
        spec.output("out", "value: f32[B]");
        graph.node(
            "gpu", spec, {.process = [&](Call& call) {
                call.out().set("value", Column(Array(Dtype::f32, {1}, {Device::Kind::cuda, 0}, &value, nullptr)));
            }});
        graph.node("sink", Spec("fake.sink", "Takes.").input("in", "value: f32[B]"), {}, {{"in", "gpu.out"}});
        RunOptions recording = options;
        recording.record = recorded_edges(graph.plan(), std::vector<std::string>{"sink.in"});
        const RunResult result = run_in(folder.path(), graph.plan(), recording);
        CHECK(result.code == 1);
        CHECK(result.errors.find("node 'gpu' (fake.gpu, plugin fakes), packet 0: recording: ") != std::string::npos);
        CHECK(result.errors.find("column 'value' (f32[1]) lies in GPU memory") != std::string::npos);
    });
}
