// What the engine costs a packet, beside the same graphs in bare oneTBB: engine_bench [--benchmark_... options of
// Google Benchmark]. Nodes do nothing, so that all the time is the engine's. `us_a_hop`: a chain's time for each packet
// and node. `us_a_join`: what a packet costs more when two branches meet in a keyed join than when the same three nodes
// stand in a row.
#include <anabranch/node.h>
#include <benchmark/benchmark.h>
#include <framework/engine/run.h>
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>

#include <chrono>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "framework/engine/fake_graph.h"
#include "support/temporary_folder.h"

namespace {

using namespace anabranch;
using namespace anabranch::framework;
using anabranch::framework::testing::FakeGraph;
namespace flow = oneapi::tbb::flow;

constexpr std::uint64_t packets = 4000;
constexpr int hops = 16;

struct Message {
    std::uint64_t sequence = 0;
    std::int64_t value = 0;
};
using MessagePtr = std::shared_ptr<const Message>;
using Worker = flow::function_node<MessagePtr, MessagePtr>;

Spec passing() {
    return Spec("bench.pass", "Passes its packet on.").input("in", "value: i64[B]").output("out", "*");
}

Spec joining() {
    return Spec("bench.join", "Takes one packet of each.").any_number_of_inputs("value: i64[B]").output("out", "*");
}

void chain(FakeGraph& graph, int nodes) {
    std::string from = "numbers";
    graph.numbers();
    for (int i = 0; i < nodes; ++i) {
        const std::string name = "n" + std::to_string(i);
        graph.node(name, passing(), {}, {{"in", from + ".out"}});
        from = name;
    }
}

void diamond(FakeGraph& graph) {
    graph.numbers();
    graph.node("a", passing(), {}, {{"in", "numbers.out"}}).node("b", passing(), {}, {{"in", "numbers.out"}});
    graph.node("join", joining(), {}, {{"a", "a.out"}, {"b", "b.out"}});
}

/// The seconds of a run from its first call to its end.
double seconds_of(const Plan& plan, const std::string& engine, int workers) {
    const tests::TemporaryFolder folder;
    std::ostringstream progress;
    RunSummary summary;
    RunOptions options{.out = folder.path() / "run", .engine = engine, .workers = workers, .threads = 1};
    options.summary = &summary;
    options.progress = &progress;
    if (run_plan(plan, options) != 0) throw std::runtime_error("the run failed");
    return summary.seconds;
}

/// The same of a graph of bare nodes; `make` gives the first one.
template <typename Make>
double seconds_of_bare(int workers, Make make) {
    const oneapi::tbb::global_control parallelism(oneapi::tbb::global_control::max_allowed_parallelism,
                                                  static_cast<std::size_t>(workers));
    flow::graph graph;
    const auto put = make(graph);
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < packets; ++i) {
        put(std::make_shared<const Message>(Message{i, static_cast<std::int64_t>(i)}));
    }
    graph.wait_for_all();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

MessagePtr pass(const MessagePtr& message) {
    return std::make_shared<const Message>(*message);
}

double bare_chain(int workers, int nodes) {
    std::vector<std::unique_ptr<Worker>> chain;
    return seconds_of_bare(workers, [&](flow::graph& graph) {
        for (int i = 0; i < nodes; ++i) {
            chain.push_back(std::make_unique<Worker>(graph, flow::serial, pass));
            if (i > 0) flow::make_edge(*chain[chain.size() - 2], *chain.back());
        }
        return [&chain](const MessagePtr& message) { chain.front()->try_put(message); };
    });
}

double bare_diamond(int workers) {
    using Pair = std::tuple<MessagePtr, MessagePtr>;
    struct Nodes {
        explicit Nodes(flow::graph& graph)
            : source(graph, flow::serial, pass),
              a(graph, flow::serial, pass),
              b(graph, flow::serial, pass),
              join(graph, key, key),
              end(graph, flow::serial, [](const Pair& pair) { return pass(std::get<0>(pair)); }) {
            flow::make_edge(source, a);
            flow::make_edge(source, b);
            flow::make_edge(a, flow::input_port<0>(join));
            flow::make_edge(b, flow::input_port<1>(join));
            flow::make_edge(join, end);
        }
        static std::uint64_t key(const MessagePtr& message) { return message->sequence; }
        Worker source, a, b;
        flow::join_node<Pair, flow::key_matching<std::uint64_t>> join;
        flow::function_node<Pair, MessagePtr> end;
    };
    std::unique_ptr<Nodes> nodes;
    return seconds_of_bare(workers, [&](flow::graph& graph) {
        nodes = std::make_unique<Nodes>(graph);
        return [&nodes](const MessagePtr& message) { nodes->source.try_put(message); };
    });
}

void measure(benchmark::State& state, const char* counter, double share, const std::function<double()>& run) {
    double seconds = 0;
    for (auto step : state) {
        static_cast<void>(step);
        const double one = run();
        state.SetIterationTime(one);
        seconds += one;
    }
    const auto runs = static_cast<double>(state.iterations());
    state.counters[counter] = seconds / runs / static_cast<double>(packets) / share * 1e6;
}

void hop(benchmark::State& state, const std::string& engine) {
    FakeGraph graph(packets);
    chain(graph, hops);
    measure(state, "us_a_hop", hops + 1,
            [&] { return seconds_of(graph.plan(), engine, static_cast<int>(state.range(0))); });
}

void join(benchmark::State& state, const std::string& engine) {
    FakeGraph joined(packets);
    diamond(joined);
    FakeGraph row(packets);
    chain(row, 3);
    const int workers = static_cast<int>(state.range(0));
    measure(state, "us_a_join", 1, [&] {
        return std::max(0.0, seconds_of(joined.plan(), engine, workers) - seconds_of(row.plan(), engine, workers));
    });
}

void bare_hop(benchmark::State& state) {
    measure(state, "us_a_hop", hops + 1, [&] { return bare_chain(static_cast<int>(state.range(0)), hops + 1); });
}

void bare_join(benchmark::State& state) {
    const int workers = static_cast<int>(state.range(0));
    measure(state, "us_a_join", 1, [&] { return std::max(0.0, bare_diamond(workers) - bare_chain(workers, 4)); });
}

BENCHMARK(bare_hop)->ArgName("workers")->Arg(1)->Arg(2)->UseManualTime();
BENCHMARK_CAPTURE(hop, flow, "flow")->ArgName("workers")->Arg(1)->Arg(2)->UseManualTime();
BENCHMARK_CAPTURE(hop, serial, "serial")->ArgName("workers")->Arg(1)->UseManualTime();
BENCHMARK(bare_join)->ArgName("workers")->Arg(1)->Arg(2)->UseManualTime();
BENCHMARK_CAPTURE(join, flow, "flow")->ArgName("workers")->Arg(1)->Arg(2)->UseManualTime();
BENCHMARK_CAPTURE(join, serial, "serial")->ArgName("workers")->Arg(1)->UseManualTime();

}  // namespace

BENCHMARK_MAIN();
