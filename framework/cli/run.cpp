#include <anabranch/error.h>
#include <framework/cli/chain_summary.h>
#include <framework/cli/engine_options.h>
#include <framework/cli/output.h>
#include <framework/engine/run.h>
#include <framework/host/linked.h>
#include <framework/report/run_directory.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <iostream>
#include <memory>
#include <optional>

namespace anabranch::framework {
namespace {

struct RunCommand {
    GraphOptions graphs;
    std::optional<std::uint64_t> seed;
    std::string out;
    std::vector<std::string> record;
    RunOptions run;

    int operator()() {
        const Host host = graphs.load_host();
        ChainOptions options = graphs.chain();
        const bool chain = options.files.size() > 1;
        if (chain && !record.empty())
            throw UsageError("--record is for one graph, not for a chain; run that graph alone");
        if (seed) add_seed(options);
        options.out = out.empty() && chain ? standard_out(options) : std::filesystem::path(out);
        auto stages = checked(host, options);
        if (!stages) return exit_invalid_graph;
        run.worker_hooks = host.worker_hooks();
        for (const auto& plugin : host.plugins()) run.libraries.emplace(plugin.name, plugin.file);
        run.linked = linked_libraries();
        if (chain) return run_chain(*stages);
        run.out = options.out;
        run.record = edges(*stages->front().result.plan);
        return run_plan(*stages->front().result.plan, run);
    }

  private:
    [[nodiscard]] std::vector<RecordedEdge> edges(const Plan& plan) const {
        try {
            return recorded_edges(plan, record);
        } catch (const Error& problem) {
            throw UsageError(problem.with_context("--record"));
        }
    }

    void add_seed(ChainOptions& options) const {
        for (const auto& file : options.files) {
            const std::string prefix = options.files.size() > 1 ? graph_name(file) + "." : "";
            options.overrides.push_back({prefix + "seed", std::to_string(*seed)});
        }
    }

    static std::filesystem::path standard_out(const ChainOptions& options) {
        std::string names;
        for (const auto& file : options.files) names += (names.empty() ? "" : "-") + graph_name(file);
        return RunDirectory::standard(names);
    }

    int run_chain(const std::vector<Chain::Stage>& stages) {
        // A stage that cannot begin is told of before the first one has worked for hours.
        for (const auto& stage : stages) {
            if (!run.resume) RunDirectory::require_usable(stage.directory, run.overwrite);
        }
        std::vector<StageSummary> done;
        int code = exit_done;
        for (const auto& stage : stages) {
            std::cout << (done.empty() ? "" : "\n") << "stage " << done.size() + 1 << " of " << stages.size() << ": "
                      << stage.name << " (" << stage.file.string() << ")\n"
                      << std::flush;
            RunSummary summary;
            run.out = stage.directory;
            run.summary = &summary;
            code = run_plan(*stage.result.plan, run);
            done.push_back({stage.name, std::move(summary)});
            if (code != exit_done) break;
        }
        std::cout << "\n" << chain_summary(done, stages.size());
        return code;
    }
};

}  // namespace

void add_run(CLI::App& program, Action& action) {
    auto run = std::make_shared<RunCommand>();
    CLI::App* command = program.add_subcommand("run", "Runs a graph, or several one after the other");
    run->graphs.add_graphs(*command);
    auto* out = command
                    ->add_option("--out", run->out,
                                 "Where metrics, the resolved graph and trained weights go, in a chain in a folder for "
                                 "each graph (default: a new folder in runs/)")
                    ->type_name("DIR");
    add_engine_options(*command, run->run);
    auto* resume =
        command
            ->add_flag("--resume", run->run.resume,
                       "Go on with the run in --out from its last checkpoint, with the same results as if it "
                       "had never ended; stages of a chain that are finished are left as they are")
            ->excludes(command->get_option("--overwrite"))
            ->needs(out);
    command
        ->add_flag("--resume-anyway", run->run.resume_anyway,
                   "Resume also when the graph, its files, plugins or --threads have changed")
        ->needs(resume);
    command
        ->add_option(
            "--checkpoint-every", run->run.checkpoint_every,
            "Steps between checkpoints to resume from (default: as the graph's save says; without it only when "
            "the run is interrupted)")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    command->add_option("--seed", run->seed, "The seed of all random numbers, instead of the graph's")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    command
        ->add_option(
            "--record", run->record,
            "Write the packets of an input or output, NODE.PORT, or of all at a node, NODE, into --out/recorded, "
            "for show and replay; may be repeated")
        ->type_name("NODE[.PORT]")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->excludes(resume);
    command->add_flag("--tensorboard,!--no-tensorboard", run->run.watching.tensorboard,
                      "Write the metrics for TensorBoard too, to tensorboard/ in the run's folder (default: yes)");
    command->add_flag("--trace", run->run.watching.trace,
                      "Write trace.json into the run's folder: what ran when on which thread, for ui.perfetto.dev");
    command->callback([&action, run] { action = [run] { return (*run)(); }; });
}

}  // namespace anabranch::framework
