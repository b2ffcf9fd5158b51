#pragma once

#include <framework/engine/admission.h>
#include <framework/engine/failures.h>
#include <framework/engine/keyed_join.h>
#include <framework/engine/window.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace anabranch::framework {

/// What all stations of a run share.
struct StationContext {
    const Plan* plan;
    const Wiring* wiring;
    Admission* admission;
    Failures* failures;
    std::function<bool()> stop_requested;
};

/// Decides when a node is called: its join, and what holds a complete call back (the window of a source, a resource
/// in use, the end of the stream, a stop, a failure). An engine uses it from one place at a time.
class Station {
  public:
    Station(std::size_t node, const StationContext& context);

    void take(const Outcome& outcome);
    /// The next call, if it may start now. The last one has `last` set; after it there is none.
    [[nodiscard]] std::optional<ReadyCall> next();

    /// Set before the run: what to do when a source's window opens again.
    void on_window(std::function<void()> function) { window_->on_return(std::move(function)); }
    /// Whether the node has had its last call.
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] const KeyedJoin& join() const { return join_; }
    [[nodiscard]] const Window& window() const { return *window_; }

  private:
    [[nodiscard]] bool over() const;
    /// Whether a stop came before the node's first call: then its side streams may be cut short, and it does not begin.
    [[nodiscard]] bool cut_short() const;
    template <typename Body>
    auto guarded(Body body) -> decltype(body());

    std::size_t node_;
    StationContext context_;
    const NodeWiring* wiring_;
    std::shared_ptr<Window> window_;
    KeyedJoin join_;
    bool ended_ = false;
};

}  // namespace anabranch::framework
