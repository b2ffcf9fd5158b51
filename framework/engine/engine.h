#pragma once

#include <framework/engine/budget.h>
#include <framework/engine/execution.h>
#include <framework/engine/worker_hooks.h>

#include <memory>
#include <string>

namespace anabranch::framework {

/// Moves calls and outcomes of a run about until nothing can go on. Every engine gives the same bits.
class Engine {
  public:
    virtual ~Engine() = default;
    /// Returns when no call runs and none can start: at the end of all streams, after a failure, or at a stall.
    virtual void run(Execution& execution) = 0;
};

/// A oneTBB flow graph: two TBB nodes for each node of the plan, one that joins and one that runs the body.
[[nodiscard]] std::unique_ptr<Engine> make_flow_engine(const Budget& budget, WorkerHooks& hooks, Failures& failures);
/// The reference: one thread, the deepest node that can go first.
[[nodiscard]] std::unique_ptr<Engine> make_serial_engine();

}  // namespace anabranch::framework
