#include <framework/cli/engine_options.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

namespace anabranch::framework {
namespace {

constexpr int most_threads = 1024;

}  // namespace

void add_engine_options(CLI::App& command, RunOptions& run) {
    command.add_flag("--overwrite", run.overwrite, "Replace what an earlier run wrote to --out");
    command
        .add_option("--engine", run.engine, "flow (nodes side by side) or serial (one after the other); same results")
        ->type_name("NAME")
        ->check(CLI::IsMember({"flow", "serial"}))
        ->capture_default_str();
    command.add_option("--workers", run.workers, "How many nodes run at once (0: chosen for the machine)")
        ->type_name("N")
        ->check(CLI::Range(0, most_threads));
    command.add_option("--threads", run.threads, "How many threads one node may use (0: chosen for the machine)")
        ->type_name("N")
        ->check(CLI::Range(0, most_threads));
}

}  // namespace anabranch::framework
