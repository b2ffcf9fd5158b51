#pragma once

#include <framework/engine/observer.h>
#include <framework/report/console.h>
#include <framework/report/data_counts.h>
#include <framework/report/headline.h>
#include <framework/report/metrics_file.h>
#include <framework/report/step_tracker.h>
#include <framework/report/summary.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Turns what nodes do into metrics.jsonl, progress for a person and figures for the summary. Thread-safe.
class RunReport final : public Observer {
  public:
    /// `on_step` is told every step of every clock, in order, one at a time.
    /// `saved`: go on where the report was that wrote it; what metrics.jsonl got later is cut off.
    RunReport(const Plan& plan, const std::filesystem::path& metrics_path, Console& console,
              std::function<void(const Step&)> on_step = {}, const State* saved = nullptr);

    /// Progress is counted from here on, not from the loading of models.
    void start();
    void started(std::size_t node, std::uint64_t sequence) override;
    void finished(CallRecord record) override;
    /// Once nothing runs: shows what is left to show.
    void finish();

    /// While nothing runs, for a checkpoint: syncs metrics.jsonl.
    void save_state(State& state) const;
    /// The clock that people mean by "step", and how many of its steps are complete.
    [[nodiscard]] std::size_t main_clock() const { return steps_.main_clock(); }
    [[nodiscard]] std::uint64_t completed() const;

    /// Steps, times and nodes; the caller fills in the rest.
    [[nodiscard]] RunSummary summary() const;

  private:
    void show(const Step& step);
    void show_end(const CallRecord& record);
    void update_status();
    [[nodiscard]] double since(std::chrono::steady_clock::time_point time) const;

    void load_state(const State& state);

    const Plan* plan_;
    Console* console_;
    mutable std::mutex mutex_;
    std::function<void(const Step&)> on_step_;
    MetricsFile metrics_;
    StepTracker steps_;
    HeadlineTracker headlines_;
    DataCounts data_counts_;
    std::vector<NodeUsage> usage_;
    std::vector<int> running_;  ///< calls under way, by node
    double earlier_ = 0;        ///< seconds of running before the run was resumed
    std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point started_ = made_;
    std::chrono::steady_clock::time_point last_line_ = made_;
    std::chrono::steady_clock::time_point last_status_ = made_;
};

}  // namespace anabranch::framework
