#include <framework/engine/pause.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::vector<std::size_t> leaders_of(const Plan& plan, const Wiring& wiring, std::size_t clock) {
    std::vector<std::size_t> waiting;
    std::vector<std::size_t> writing;
    std::vector<std::size_t> all;
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        if (plan.nodes[n].clock != clock) continue;
        all.push_back(n);
        if (wiring.nodes[n].waits_for_feedback) waiting.push_back(n);
        if (std::ranges::find(wiring.writers, std::optional(n)) != wiring.writers.end()) writing.push_back(n);
    }
    return !waiting.empty() ? waiting : !writing.empty() ? writing : all;
}

}  // namespace

Pause::Pause(const Plan& plan, const Wiring& wiring, std::size_t clock, std::function<bool()> stop_requested)
    : plan_(&plan),
      wiring_(&wiring),
      clock_(clock),
      stop_requested_(std::move(stop_requested)),
      leaders_(leaders_of(plan, wiring, clock)),
      begun_(plan.nodes.size(), 0) {}

void Pause::go_on(std::uint64_t limit, bool hold_ends) {
    const std::scoped_lock lock(mutex_);
    limit_ = limit;
    hold_ends_ = hold_ends;
    stopping_ = false;
    everything_ = false;
}

void Pause::completed(std::uint64_t steps) {
    const std::scoped_lock lock(mutex_);
    completed_ = steps;
    everything_ = everything_ || completed_ >= limit_;
}

void Pause::stop() {
    std::uint64_t under_way = 0;
    for (const std::size_t node : leaders_) under_way = std::max(under_way, begun_[node]);
    limit_ = std::min(limit_, under_way);
    stopping_ = true;
    // A node that has not got its side streams yet does not begin.
    bool waits = false;
    for (std::size_t n = 0; n < begun_.size(); ++n) waits = waits || (wiring_->nodes[n].has_sides && begun_[n] == 0);
    everything_ = everything_ || waits || completed_ >= limit_;
}

bool Pause::lets(std::size_t node, std::uint64_t sequence) {
    const std::scoped_lock lock(mutex_);
    if (!stopping_ && stop_requested_()) stop();
    if (everything_) return false;
    const bool at_its_steps = wiring_->nodes[node].limited && plan_->steps && sequence >= *plan_->steps;
    if (hold_ends_ && at_its_steps) return false;
    return plan_->nodes[node].clock != clock_ || sequence < limit_;
}

void Pause::begun(std::size_t node, std::uint64_t sequence) {
    const std::scoped_lock lock(mutex_);
    begun_[node] = sequence + 1;
}

bool Pause::reached() const {
    const std::scoped_lock lock(mutex_);
    return completed_ >= limit_;
}

}  // namespace anabranch::framework
