#pragma once

#include <anabranch/state.h>
#include <framework/engine/resource_store.h>
#include <framework/report/metrics_file.h>
#include <framework/report/run_directory.h>
#include <framework/report/step_tracker.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Saves the written resources of a run every few steps, as PlanSave says: OUT/checkpoints/step-000100/RESOURCE, each
/// step's folder whole or not at all, with a list of checksums; OUT/best is a link to the best of them. Thread-safe.
class Checkpoints {
  public:
    /// Does nothing for a plan without `save`.
    Checkpoints(const Plan& plan, const Wiring& wiring, const RunDirectory& directory);
    /// Removes what is there of steps that not every writer came to.
    ~Checkpoints();
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;

    /// After call `sequence` of `node`, while nothing else may write what it writes. Returns a line for the person who
    /// watches, or nothing. Throws when something could not be saved; what was saved before stays.
    [[nodiscard]] std::string after_call(std::size_t node, std::uint64_t sequence, const ResourceStore& resources);
    /// A step is complete: its metrics say whether it is the best, and older checkpoints may go.
    void complete(const Step& step);

    /// What there is so far, for a checkpoint that the run can be resumed from, and back: what was saved later is
    /// removed.
    void save_state(State& state) const;
    void load_state(const State& state);

    /// The folders that are kept, for the summary.
    [[nodiscard]] std::vector<std::string> kept() const;
    /// After the run: that the metric of `best` has never been given; empty: it has, or nobody asked.
    [[nodiscard]] std::string problem() const;

  private:
    struct Best {
        std::uint64_t step;
        double value;
    };
    [[nodiscard]] std::filesystem::path folder_of(std::uint64_t step) const;
    [[nodiscard]] std::filesystem::path staged(std::uint64_t step) const;
    void compare(std::uint64_t step, const Metrics& metrics);
    void prune();

    const Plan* plan_;
    std::filesystem::path folder_;
    std::filesystem::path best_link_;
    std::vector<std::vector<std::size_t>> written_by_;  ///< by node: the resources that it writes
    std::size_t writers_ = 0;
    std::size_t clock_ = 0;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, std::size_t> open_;  ///< by step: how many writers have saved theirs
    std::set<std::uint64_t> saved_;              ///< steps whose folders are there
    std::optional<Best> best_;
    std::set<std::string> metrics_;  ///< every name that was seen
};

}  // namespace anabranch::framework
