#pragma once

#include <framework/graph/made.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace anabranch::framework {

/// The folder that keeps what a run made: graph.yaml, metrics.jsonl, printed.jsonl, run.json, tensorboard/, resources/,
/// checkpoints/, best, recorded/, resume/; trace.json and report.html when they were asked for.
class RunDirectory {
  public:
    /// Makes the folder, which must be absent or empty, and writes graph.yaml. `overwrite`: a folder that holds an
    /// earlier run is taken too; what that run wrote is removed, other files stay. Throws an Error that says how to
    /// mend it.
    RunDirectory(std::filesystem::path path, bool overwrite, const std::string& graph);
    /// The folder of an earlier run, to go on with. What that run saved at its end goes; the rest stays.
    static RunDirectory resumed(std::filesystem::path path, const std::string& graph);
    /// The names in a folder that is left as it is.
    static RunDirectory at(std::filesystem::path path) { return RunDirectory(std::move(path)); }

    /// What the constructor throws for a folder that cannot be taken, without making or removing anything.
    static void require_usable(const std::filesystem::path& path, bool overwrite);

    /// The graph of the run that `path` keeps. Throws an Error that says what to name for a folder that keeps none.
    [[nodiscard]] static std::filesystem::path graph_of(const std::filesystem::path& path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path graph() const { return path_ / graph_file; }
    [[nodiscard]] std::filesystem::path metrics() const { return path_ / metrics_file; }
    [[nodiscard]] std::filesystem::path printed() const { return path_ / printed_file; }
    [[nodiscard]] std::filesystem::path tensorboard() const { return path_ / tensorboard_folder; }
    [[nodiscard]] std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }
    [[nodiscard]] std::filesystem::path best() const { return path_ / "best"; }
    [[nodiscard]] std::filesystem::path recorded() const { return path_ / "recorded"; }
    [[nodiscard]] std::filesystem::path resources() const { return path_ / saved_folder; }
    /// What `--resume` needs: checkpoints, and `finished` once the run is done.
    [[nodiscard]] std::filesystem::path resume() const { return path_ / "resume"; }
    [[nodiscard]] std::filesystem::path finished() const { return resume() / "finished"; }

    /// A file that each process of the run has of its own: NAME.json in `path`, NAME-2.json after a resume, ...;
    /// from 1.
    [[nodiscard]] static std::filesystem::path numbered(const std::filesystem::path& path, std::string_view name,
                                                        std::size_t number);
    /// The first of these that is not there.
    [[nodiscard]] std::filesystem::path next_numbered(std::string_view name) const;

    /// runs/<graph name>-<local time>; with -2, -3, ... when that exists.
    [[nodiscard]] static std::filesystem::path standard(const std::string& graph_name);

    static constexpr std::string_view graph_file = "graph.yaml";
    static constexpr std::string_view metrics_file = "metrics.jsonl";
    static constexpr std::string_view printed_file = "printed.jsonl";
    static constexpr std::string_view tensorboard_folder = "tensorboard";
    static constexpr std::string_view report_file = "report.html";
    static constexpr std::string_view record_name = "run";   ///< of numbered files
    static constexpr std::string_view trace_name = "trace";  ///< of numbered files

  private:
    explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}
    void write_graph(const std::string& graph) const;

    std::filesystem::path path_;
};

/// "step-000014": the folder of what is saved at a step.
[[nodiscard]] std::string step_folder(std::uint64_t step);

}  // namespace anabranch::framework
