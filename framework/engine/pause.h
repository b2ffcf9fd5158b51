#pragma once

#include <framework/engine/wiring.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <vector>

namespace anabranch::framework {

/// Says which calls may start. A run pauses for a checkpoint when its main clock has come to a step: the nodes on that
/// clock go exactly so far, and the others stop as soon as all of them are there. What waits at joins stays there. A
/// stop is such a pause after the step that is under way. Results do not depend on when a call starts, so neither
/// changes them. Thread-safe.
class Pause {
  public:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    /// `clock`: the main one.
    Pause(const Plan& plan, const Wiring& wiring, std::size_t clock, std::function<bool()> stop_requested);

    /// While nothing runs: lets calls go on to step `limit` of the main clock. `hold_ends`: sources that have given the
    /// plan's steps do not end yet, so that a longer run can go on from there.
    void go_on(std::uint64_t limit, bool hold_ends);
    /// The main clock has come to this step.
    void completed(std::uint64_t steps);

    /// Whether the node's call `sequence`, or its end in the place of that call, may start.
    [[nodiscard]] bool lets(std::size_t node, std::uint64_t sequence);
    /// It has started.
    void begun(std::size_t node, std::uint64_t sequence);

    /// Whether the main clock has come to the limit.
    [[nodiscard]] bool reached() const;

  private:
    void stop();

    const Plan* plan_;
    const Wiring* wiring_;
    std::size_t clock_;
    std::function<bool()> stop_requested_;
    /// The nodes whose calls say which step is under way: those of the main clock that wait for feedback, else those
    /// that write, else all. What others have done ahead of them is no reason to finish more steps.
    std::vector<std::size_t> leaders_;

    mutable std::mutex mutex_;
    std::vector<std::uint64_t> begun_;  ///< by node: calls
    std::uint64_t limit_ = never;
    std::uint64_t completed_ = 0;
    bool hold_ends_ = false;
    bool stopping_ = false;
    bool everything_ = false;  ///< nothing may start
};

}  // namespace anabranch::framework
