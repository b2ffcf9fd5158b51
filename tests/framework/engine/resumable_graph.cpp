#include "resumable_graph.h"

#include <algorithm>
#include <sstream>

namespace anabranch::framework::testing {
namespace {

void give(Call& call, std::int64_t value) {
    call.out().set("value", std::vector<std::int64_t>{value});
}

std::int64_t mixed(std::int64_t a, std::int64_t b) {
    return (a * 31 + b * 17 + 7) % 1000003;
}

/// Saves and loads one number.
Behaviour with_memory(std::int64_t& number, std::function<void(Call&)> process) {
    return {.process = std::move(process),
            .save = [&number](State& state) { state.set("number", number); },
            .load = [&number](const State& state) { number = state.integer("number"); }};
}

}  // namespace

ResumableGraph::ResumableGraph(const Options& options) : graph_(options.steps) {
    const auto call_hook = options.at_each_call ? options.at_each_call : [] {};
    graph_.resource("cell", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph_.numbers("numbers", with_memory(memory_.cursor, [this, call_hook](Call& call) {
                       call_hook();
                       give(call, mixed(memory_.cursor++, call.random().integer(0, 1000, 0)));
                   }));
    graph_.numbers("held_out", with_memory(memory_.held_out, [this, options](Call& call) {
                       if (memory_.held_out == static_cast<std::int64_t>(options.held_out)) return call.end_of_stream();
                       give(call, memory_.held_out++);
                   }));
    graph_.numbers("lane", with_memory(memory_.lane, [this, call_hook](Call& call) {
                       call_hook();
                       call.metric("lane", static_cast<double>(memory_.lane));
                       give(call, memory_.lane += 3);
                   }));
    // Three packets become two; what is left over is given at the end.
    Spec regroup("fake.regroup", "Regroups.");
    regroup.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    const auto emit = [](Call& call, std::int64_t value) {
        call.emit().set("value", std::vector<std::int64_t>{value});
    };
    graph_.node("regroup", regroup,
                {.process =
                     [this, emit](Call& call) {
                         call.metric("regrouped", static_cast<double>(call.sequence()));
                         if (call.sequence() % 3 == 2) {
                             memory_.tail = mixed(memory_.tail, value_of(call));
                         } else {
                             emit(call, mixed(value_of(call), memory_.tail));
                         }
                     },
                 .flush = [this, emit](Call& call) { emit(call, memory_.tail); },
                 .save = [this](State& state) { state.set("tail", memory_.tail); },
                 .load = [this](const State& state) { memory_.tail = state.integer("tail"); }},
                {{"in", "numbers.out"}});
    const auto rollout = [call_hook](Call& call, std::int64_t value) {
        call_hook();
        return mixed(value, call.read<Cell>("policy").value);
    };
    graph_.map("rollout", "regroup.out", rollout,
               {{"policy", {"cell", Access::read, options.credits, options.credits > 1}}}, true);
    Spec train("fake.train", "Trains.");
    train.input("in", "value: i64[B]").side_input("whole", "value: i64[B]").output("out", "value: i64[B]");
    train.writes("policy", "", "");
    graph_.node("train", train,
                with_memory(memory_.momentum,
                            [this, call_hook](Call& call) {
                                call_hook();
                                auto& cell = call.write<Cell>("policy");
                                memory_.momentum = mixed(memory_.momentum, value_of(call));
                                cell.value = mixed(cell.value, memory_.momentum);
                                for (const Packet& packet : call.side("whole"))
                                    cell.value = mixed(cell.value, packet.values<std::int64_t>("value")[0]);
                                call.metric("loss", static_cast<double>(cell.value));
                                give(call, cell.value);
                            }),
                {{"in", "rollout.out"}, {"whole", "held_out.out"}}, {{"policy", {"cell", Access::write}}});
    const auto measure = [](Call& call, std::int64_t value) {
        call.metric("value", static_cast<double>(value));
        call.print(cat("packet ", call.sequence(), " is ", value));
        return value;
    };
    graph_.map("measure", "train.out", measure, {}, true);
    graph_.node("collect", Spec("fake.collect", "Counts.").input("in", "value: i64[B]"),
                with_memory(memory_.seen,
                            [this](Call& call) {
                                memory_.seen = mixed(memory_.seen, value_of(call));
                                call.metric("seen", static_cast<double>(memory_.seen));
                            }),
                {{"in", "measure.out"}});
    graph_.feedback("measure.out", "rollout", options.credits);
}

std::string outcome(const std::filesystem::path& run) {
    std::istringstream text(without_times(text_of_file(run / "metrics.jsonl")));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::ranges::sort(lines);
    std::string all = text_of_file(run / "resources/cell/value.txt");
    for (const auto& line : lines) all += line + "\n";
    return all;
}

}  // namespace anabranch::framework::testing
