#pragma once

#include <framework/engine/observer.h>
#include <framework/report/console.h>
#include <framework/report/data_counts.h>
#include <framework/report/headline.h>
#include <framework/report/metrics_file.h>
#include <framework/report/printed_file.h>
#include <framework/report/progress.h>
#include <framework/report/run_directory.h>
#include <framework/report/run_facts.h>
#include <framework/report/step_tracker.h>
#include <framework/report/summary.h>
#include <framework/report/tensorboard_file.h>
#include <framework/report/ticker.h>
#include <framework/report/trace_file.h>
#include <framework/report/watching.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Turns what nodes do into the files that tell of a run, progress for a person and figures for the summary.
/// Thread-safe.
class RunReport final : public Observer {
  public:
    /// `on_step` is told every step of every clock, in order, one at a time.
    /// `saved`: go on where the report was that wrote it; what metrics.jsonl and printed.jsonl got later is cut off.
    RunReport(const Plan& plan, const RunDirectory& directory, Console& console, RunSettings settings,
              const Watching& watching = {}, std::function<void(const Step&)> on_step = {},
              const State* saved = nullptr);

    /// How many packets of a source (a node of the plan) are in flight: for the trace.
    void on_in_flight(std::function<std::uint64_t(std::size_t source)> function) { in_flight_ = std::move(function); }

    /// A line for the person who watches.
    void line(const std::string& text);
    /// What is done from here on, outside of nodes: "loading policy"; empty: nothing.
    void phase(const std::string& text);
    /// The resource of the phase was loaded; `text`: a line that says so.
    void loaded(const std::string& text);
    /// Progress is counted from here on, not from the loading of models.
    void start();
    void started(std::size_t node, std::uint64_t sequence) override;
    void finished(CallRecord record) override;
    void failed(CallRecord record) override;
    void closed(std::size_t node, Instant started, double seconds) override;
    /// Once nothing runs: shows what is left to show.
    void finish();

    /// While nothing runs, for a checkpoint: syncs metrics.jsonl and printed.jsonl.
    void save_state(State& state) const;
    /// The clock that people mean by "step", and how many of its steps are complete.
    [[nodiscard]] std::size_t main_clock() const { return steps_.main_clock(); }
    [[nodiscard]] std::uint64_t completed() const;
    /// How many steps there will be at most, if that is known.
    [[nodiscard]] std::optional<std::uint64_t> total() const { return facts_.total; }

    /// Steps, times and nodes; the caller fills in the rest.
    [[nodiscard]] RunSummary summary() const;
    /// Writes the last of all files.
    void end(const RunSummary& summary, std::vector<std::string> failures);

  private:
    void count(const CallRecord& record);
    void trace(const CallRecord& record, bool failed);
    void keep(std::uint64_t step, std::size_t node, const std::vector<std::string>& lines);
    void complete(const Step& step);
    void show_end(const CallRecord& record);
    void write_facts(RunSummary summary);
    /// Of this process alone.
    [[nodiscard]] RunSummary collect() const;
    /// With what the processes before a resume did.
    [[nodiscard]] std::vector<NodeUsage> summed(std::vector<NodeUsage> usage) const;
    [[nodiscard]] double since(Instant time) const;

    void load_state(const State& state);

    const Plan* plan_;
    mutable std::mutex mutex_;
    std::function<void(const Step&)> on_step_;
    std::function<std::uint64_t(std::size_t)> in_flight_;
    MetricsFile metrics_;
    PrintedFile printed_;
    std::optional<TensorBoardFile> tensorboard_;
    std::optional<TraceFile> trace_;
    std::filesystem::path facts_path_;
    RunFacts facts_;
    StepTracker steps_;
    HeadlineTracker headlines_;
    DataCounts data_counts_;
    std::vector<NodeUsage> usage_;
    std::vector<NodeUsage> earlier_usage_{};  ///< calls and seconds before the run was resumed; empty: it was not
    double earlier_ = 0;                      ///< seconds of running before the run was resumed
    Instant made_ = std::chrono::steady_clock::now();
    Instant started_ = made_;
    Instant phase_began_ = made_;
    Instant facts_due_ = made_;
    Progress progress_;
    Ticker ticker_;  ///< last: it looks at all of the others
};

}  // namespace anabranch::framework
