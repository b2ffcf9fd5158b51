#pragma once

#include <functional>
#include <memory>

#include "fake_graph.h"
#include "run_helper.h"

namespace anabranch::framework::testing {

/// A graph with everything that a checkpoint must hold: sources with a cursor of their own; a node that regroups, with
/// a tail to flush; a loop with so many credits, whose reader gets copies of what the trainer writes; a trainer with a
/// memory of its own and a side input; metrics on several clocks; a lane that the main clock does not wait for.
class ResumableGraph {
  public:
    struct Options {
        std::uint64_t steps = 30;
        std::uint64_t credits = 1;
        std::uint64_t held_out = 5;            ///< packets of the side input
        std::function<void()> at_each_call{};  ///< for a test to fail or stop the run
    };
    explicit ResumableGraph(const Options& options);

    [[nodiscard]] FakeGraph& graph() { return graph_; }
    [[nodiscard]] const Plan& plan() { return graph_.plan(); }

  private:
    struct Memory {
        std::int64_t cursor = 0, held_out = 0, lane = 0, tail = -1, momentum = 1, seen = 0;
    };
    Memory memory_;
    FakeGraph graph_;
};

/// What a run left that must not depend on interruptions: metrics without times, their lines sorted, for lines of
/// different clocks have no order; and what was trained.
[[nodiscard]] std::string outcome(const std::filesystem::path& run);

}  // namespace anabranch::framework::testing
