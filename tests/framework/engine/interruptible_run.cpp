// interruptible_run FOLDER quick|stuck: a run without end for signal_test. Says "ready" once nodes run; in `stuck` a
// node then never returns.
#include <framework/engine/run.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "fake_graph.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

int main(int count, char** arguments) {
    if (count != 3) return 2;
    const bool stuck = std::string(arguments[2]) == "stuck";
    FakeGraph graph(0);
    graph.plan().steps.reset();
    graph.resource("policy", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph.numbers();
    const auto train = [stuck](Call& call, std::int64_t value) {
        call.write<Cell>("policy").value = value;
        call.metric("value", static_cast<double>(value));
        if (call.sequence() == 3) std::cout << "ready" << std::endl;
        while (stuck && call.sequence() == 3) std::this_thread::sleep_for(std::chrono::seconds(1));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return value;
    };
    graph.map("train", "numbers.out", train, {{"policy", {.resource = "policy", .access = Access::write}}});
    RunOptions options;
    options.out = arguments[1];
    options.threads = 1;
    return run_plan(graph.plan(), options);
}
