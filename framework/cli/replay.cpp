#include <framework/cli/engine_options.h>
#include <framework/cli/output.h>
#include <framework/engine/replay.h>
#include <framework/engine/run.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

namespace anabranch::framework {
namespace {

struct ReplayCommand {
    GraphOptions graphs;
    std::vector<std::string> from;
    std::string node;
    std::string from_node;
    std::optional<std::uint64_t> steps;
    std::string out;
    RunOptions run;

    int operator()() {
        const Recordings recordings({from.begin(), from.end()});
        keep_recordings(recordings);
        const Host host = graphs.load_host();
        ChainOptions options = graphs.chain();
        // Random numbers depend on the seed of the run that was recorded, which its command line may have set.
        if (std::ranges::find(options.overrides, std::string("seed"), &Override::path) == options.overrides.end())
            options.overrides.push_back({"seed", recordings.seed()});
        const auto stages = checked(host, options);
        if (!stages) return exit_invalid_graph;
        const Plan& plan = *stages->front().result.plan;
        const Replay replay = cut(plan, recordings);
        if (plan.resolved != recordings.resolved())
            std::cout << "the graph is not the one that was recorded, so that results may differ\n" << std::flush;
        run.out = out;
        run.worker_hooks = host.worker_hooks();
        return run_plan(replay.plan, run);
    }

  private:
    /// A run begins by removing what an earlier one left in its folder.
    void keep_recordings(const Recordings& recordings) const {
        namespace fs = std::filesystem;
        if (out.empty()) return;
        for (const auto& stream : recordings.streams()) {
            const fs::path file = fs::weakly_canonical(*recordings.find(stream));
            const fs::path inside = file.lexically_relative(fs::weakly_canonical(out));
            if (!inside.empty() && *inside.begin() != "..")
                throw UsageError(cat("--out ", out, " holds the packets that are replayed; pass another folder"));
        }
    }

    [[nodiscard]] Replay cut(const Plan& plan, const Recordings& recordings) const {
        try {
            return make_replay(plan, {node.empty() ? from_node : node, node.empty(), steps}, recordings);
        } catch (const Error& problem) {
            throw UsageError(problem);
        }
    }
};

}  // namespace

void add_replay(CLI::App& program, Action& action) {
    auto replay = std::make_shared<ReplayCommand>();
    CLI::App* command = program.add_subcommand(
        "replay", "Runs one node, or the part of a graph from a node on, on packets that a run recorded");
    replay->graphs.add_graph(*command);
    auto* which = command->add_option_group("what", "What is replayed");
    which->add_option("--node", replay->node, "This node alone")->type_name("NODE");
    which->add_option("--from-node", replay->from_node, "This node and all that take what it gives, to the end")
        ->type_name("NODE");
    which->require_option(1);
    command
        ->add_option("--from", replay->from,
                     "A file with recorded packets, or a folder of them, such as the --out of the run; may be repeated")
        ->type_name("PATH")
        ->required()
        ->expected(1)
        ->check(CLI::ExistingPath)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--steps", replay->steps, "So many packets at most (default: all that were recorded)")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--out", replay->out,
                     "Where metrics, the graph and trained weights go (default: a new folder in runs/)")
        ->type_name("DIR");
    add_engine_options(*command, replay->run);
    command->callback([&action, replay] { action = [replay] { return (*replay)(); }; });
}

}  // namespace anabranch::framework
