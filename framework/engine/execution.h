#pragma once

#include <framework/engine/node_runner.h>
#include <framework/engine/recorder.h>
#include <framework/engine/station.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// One run of a plan without the question which thread does what: that is the engine's.
class Execution {
  public:
    /// Makes every node. Those that fail are in `failures`, all of them.
    Execution(const Plan& plan, const Wiring& wiring, Failures& failures, Observer& observer, Pause& pause);
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;

    void lend(const ResourceStore& resources, Checkpoints& checkpoints);
    /// Before the run: `recorder` gets what every call gives.
    void record_into(Recorder& recorder) { recorder_ = &recorder; }

    [[nodiscard]] std::size_t size() const { return stations_.size(); }
    [[nodiscard]] const NodeWiring& wiring(std::size_t node) const { return wiring_->nodes[node]; }
    [[nodiscard]] const Station& station(std::size_t node) const { return stations_[node]; }

    /// Set while nothing runs: called, from any thread, with a node whose next call may have become possible.
    void on_wake(std::function<void(std::size_t node)> function);
    /// The next two: one thread at a time for each node.
    void take(std::size_t node, const Outcome& outcome) { stations_[node].take(outcome); }
    [[nodiscard]] std::optional<ReadyCall> next(std::size_t node) { return stations_[node].next(); }
    /// Any thread. The outcome goes to every one of wiring(node).consumers; null after a failure.
    [[nodiscard]] OutcomePtr run(ReadyCall call);

    /// Once nothing runs: whether every node has had its last call.
    [[nodiscard]] bool ended() const;
    /// Rises with every call.
    [[nodiscard]] std::uint64_t progress() const;
    /// While nothing runs, for checkpoints.
    [[nodiscard]] const NodeRunner& runner(std::size_t node) const { return runners_[node]; }
    [[nodiscard]] NodeRunner& runner(std::size_t node) { return runners_[node]; }
    [[nodiscard]] Station& station(std::size_t node) { return stations_[node]; }

    /// Once nothing runs: closes every node, in the plan's order.
    void close();
    /// Once nothing runs: what each node that has not ended waits for; empty when all have ended.
    [[nodiscard]] std::string stall() const;

  private:
    void record(const Outcome& outcome);

    const Plan* plan_;
    const Wiring* wiring_;
    Failures* failures_;
    Observer* observer_;
    Recorder* recorder_ = nullptr;
    Admission admission_;
    std::function<void(std::size_t)> wake_;
    std::deque<NodeRunner> runners_;
    std::deque<Station> stations_;
};

}  // namespace anabranch::framework
