#pragma once

#include <anabranch/state.h>
#include <framework/engine/observer.h>
#include <framework/graph/plan.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace anabranch::framework {

/// A step of a clock: every node on it is done with packet `sequence`.
struct Step {
    std::size_t clock = 0;
    std::uint64_t sequence = 0;
    std::map<std::string, double, std::less<>> metrics{};
    std::vector<std::string> lines{};
    std::map<std::size_t, std::vector<std::string>> printed{};  ///< the same lines, by node
};

/// Whether the node writes a resource, such as a model that it trains.
[[nodiscard]] bool writes(const PlanNode& node);

/// Puts the records of calls together to steps. Gives the same steps whatever order the records come in.
class StepTracker {
  public:
    explicit StepTracker(const Plan& plan);

    /// The steps that `record` completes, in order; a step waits for the one before it.
    [[nodiscard]] std::vector<Step> add(CallRecord record);
    /// At the end: what nodes printed in steps that never became complete.
    [[nodiscard]] std::vector<std::string> remaining_lines() const;

    /// The clock that people mean by "step": that of the last node that writes a resource, else of the last node; nodes
    /// of side streams do not count.
    [[nodiscard]] std::size_t main_clock() const { return main_clock_; }
    /// The node that starts the clock.
    [[nodiscard]] const std::string& name(std::size_t clock) const { return clocks_[clock].name; }
    [[nodiscard]] std::uint64_t completed(std::size_t clock) const { return clocks_[clock].next; }

    /// The steps completed and the records of those that are not; entries begin with "steps.".
    void save_state(State& state) const;
    void load_state(const State& state);

  private:
    struct Clock {
        std::string name{};
        std::size_t nodes = 0;
        std::uint64_t next = 0;
        std::map<std::uint64_t, std::map<std::size_t, CallRecord>> open{};  ///< by sequence, then by node
    };
    [[nodiscard]] Step merge(std::size_t clock, std::map<std::size_t, CallRecord> records) const;

    const Plan* plan_;
    std::vector<Clock> clocks_;
    std::size_t main_clock_ = 0;
};

}  // namespace anabranch::framework
