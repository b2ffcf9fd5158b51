#include <framework/engine/admission.h>

#include <algorithm>

namespace anabranch::framework {

Admission::Admission(const Wiring& wiring) : wiring_(&wiring), states_(wiring.writers.size()) {}

bool Admission::free(std::size_t node) const {
    return std::ranges::all_of(wiring_->nodes[node].holds, [this](const Hold& hold) {
        const State& state = states_[hold.resource];
        return !state.written && (hold.access == Access::read || state.readers == 0);
    });
}

bool Admission::conflict(std::size_t node, std::size_t other) const {
    for (const Hold& one : wiring_->nodes[node].holds) {
        for (const Hold& two : wiring_->nodes[other].holds) {
            const bool writes = one.access == Access::write || two.access == Access::write;
            if (one.resource == two.resource && writes) return true;
        }
    }
    return false;
}

bool Admission::request(std::size_t node, std::uint64_t sequence) {
    if (wiring_->nodes[node].holds.empty()) return true;
    const std::scoped_lock lock(mutex_);
    const Waiter self{sequence, node};
    const auto older = [&](const Waiter& waiter) { return waiter < self && conflict(node, waiter.second); };
    if (!free(node) || std::ranges::any_of(waiters_, older)) {
        waiters_.insert(self);
        return false;
    }
    waiters_.erase(self);
    for (const Hold& hold : wiring_->nodes[node].holds) {
        State& state = states_[hold.resource];
        if (hold.access == Access::write) {
            state.written = true;
        } else {
            ++state.readers;
        }
    }
    return true;
}

std::vector<std::size_t> Admission::release(std::size_t node) {
    if (wiring_->nodes[node].holds.empty()) return {};
    const std::scoped_lock lock(mutex_);
    for (const Hold& hold : wiring_->nodes[node].holds) {
        State& state = states_[hold.resource];
        if (hold.access == Access::write) {
            state.written = false;
        } else {
            --state.readers;
        }
    }
    std::vector<std::size_t> nodes;
    nodes.reserve(waiters_.size());
    for (const Waiter& waiter : waiters_) nodes.push_back(waiter.second);
    return nodes;
}

}  // namespace anabranch::framework
