#pragma once

#include <framework/engine/recorded_edge.h>
#include <framework/graph/plan.h>
#include <framework/report/summary.h>
#include <framework/report/watching.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace anabranch::framework {

/// How a plan is run. Results depend on the plan, its seed and `threads`, not on `engine`, `workers` or timing.
struct RunOptions {
    std::filesystem::path out;           ///< the run directory; empty: runs/<graph name>-<time>
    std::string engine = "flow";         ///< "flow" or "serial"
    int workers = 0;                     ///< nodes that run at once; 0: one
    int threads = 0;                     ///< threads that one node may use; 0: the cores, shared among the workers
    bool overwrite = false;              ///< replace what an earlier run wrote to `out`
    std::vector<RecordedEdge> record{};  ///< streams to write into `out`/recorded, as packet files
    bool resume = false;                 ///< go on with the run in `out`, from its last checkpoint
    bool resume_anyway = false;          ///< also when the graph, a file, `threads` or a library is another one by now
    /// Steps between checkpoints to resume from; 0: as many as the graph's `save` says, none without. One is
    /// written in any case when the run is interrupted.
    std::uint64_t checkpoint_every = 0;
    std::map<std::string, std::filesystem::path> libraries{};  ///< by plugin: what results depend on besides data
    std::vector<std::filesystem::path> linked{};               ///< shared libraries that they depend on as well
    /// Called with `threads` on each thread that runs nodes, before it runs any (Registry::worker_hooks).
    std::vector<std::function<void(int)>> worker_hooks;
    Watching watching{};               ///< the files beside metrics.jsonl that tell of the run
    RunSummary* summary = nullptr;     ///< gets what the run tells at its end; null: nobody asks
    std::ostream* progress = nullptr;  ///< for the person who watches; null: standard output
    std::ostream* errors = nullptr;    ///< null: standard error
};

/// Makes the resources and nodes, runs the graph to its end, saves what was trained, and tells about it on the way. A
/// run that is resumed gives the same bits as one that was never interrupted, also with another engine or `workers`.
/// Throws nothing: every failure is printed. Returns the exit code: 0 done, 1 failed, 130 interrupted. While it runs,
/// SIGINT and SIGTERM are its own: the first ends the run after the packets in flight, the second ends the process.
[[nodiscard]] int run_plan(const Plan& plan, const RunOptions& options);

}  // namespace anabranch::framework
