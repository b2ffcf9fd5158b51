#include <anabranch/error.h>
#include <framework/cli/output.h>
#include <framework/engine/run.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>
#include <optional>

namespace anabranch::framework {
namespace {

constexpr int most_threads = 1024;

struct RunCommand {
    GraphOptions graph;
    std::optional<std::uint64_t> seed;
    std::string out;
    RunOptions run;

    int operator()() {
        const Host host = graph.load_host();
        std::vector<Override> more;
        if (seed) more.push_back({"seed", std::to_string(*seed)});
        const auto plan = graph.check(host, more);
        if (!plan) return exit_invalid_graph;
        run.out = out;
        run.worker_hooks = host.worker_hooks();
        return run_plan(*plan, run);
    }
};

}  // namespace

void add_run(CLI::App& program, Action& action) {
    auto run = std::make_shared<RunCommand>();
    CLI::App* command = program.add_subcommand("run", "Runs a graph");
    run->graph.add_graph(*command);
    command
        ->add_option("--out", run->out,
                     "Where metrics, the resolved graph and trained weights go (default: a new folder in runs/)")
        ->type_name("DIR");
    command->add_flag("--overwrite", run->run.overwrite, "Replace what an earlier run wrote to --out");
    command->add_option("--seed", run->seed, "The seed of all random numbers, instead of the graph's")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option("--engine", run->run.engine,
                     "flow (nodes side by side) or serial (one after the other); same results")
        ->type_name("NAME")
        ->check(CLI::IsMember({"flow", "serial"}))
        ->capture_default_str();
    command->add_option("--workers", run->run.workers, "How many nodes run at once (0: chosen for the machine)")
        ->type_name("N")
        ->check(CLI::Range(0, most_threads));
    command->add_option("--threads", run->run.threads, "How many threads one node may use (0: chosen for the machine)")
        ->type_name("N")
        ->check(CLI::Range(0, most_threads));
    command->callback([&action, run] { action = [run] { return (*run)(); }; });
}

}  // namespace anabranch::framework
