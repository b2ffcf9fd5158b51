#pragma once

#include <framework/engine/admission.h>
#include <framework/engine/failures.h>
#include <framework/engine/keyed_join.h>
#include <framework/engine/pause.h>
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
    Pause* pause;
};

/// Decides when a node is called: its join, and what holds a complete call back (the window of a source, a resource
/// in use, the end of the stream, a pause, a failure). An engine uses it from one place at a time.
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

    /// What it holds between calls, and back before the first one.
    struct Saved {
        bool ended = false;
        KeyedJoin::Saved join{};
    };
    [[nodiscard]] Saved saved() const { return {ended_, join_.saved()}; }
    void restore(Saved saved);
    /// Of a source: for a packet that waits somewhere since before the run was resumed.
    [[nodiscard]] Ticket ticket() { return window_->take(); }

  private:
    [[nodiscard]] bool over() const;
    template <typename Body>
    auto guarded(Body body) -> decltype(body());

    std::size_t node_;
    StationContext context_;
    const NodeWiring* wiring_;
    std::shared_ptr<Window> window_;
    KeyedJoin join_;
    bool ended_ = false;
    std::optional<Instant> free_;  ///< since when the next call waits for its resources alone
};

}  // namespace anabranch::framework
