#include <anabranch/error.h>
#include <framework/engine/execution.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::string describe_wait(const Plan& plan, const PlanNode& node, const KeyedJoin::Missing& missing) {
    const PlanNode& from = plan.nodes[missing.slot->from];
    const Slot& slot = *missing.slot;
    std::string what;
    if (slot.kind == Slot::Kind::data) {
        what = cat("input '", slot.name, "' waits for packet ", missing.number, " of ", from.name, ".",
                   from.spec.outputs[slot.output].name);
    } else if (slot.kind == Slot::Kind::side) {
        what = cat("side input '", slot.name, "' waits for the end of ", from.name, ".",
                   from.spec.outputs[slot.output].name, " (", missing.number, " packets so far)");
    } else if (slot.kind == Slot::Kind::feedback) {
        what = cat("feedback waits for packet ", missing.number, " of ", from.name, ".", slot.name,
                   " (credits: ", slot.offset, ")");
    } else if (slot.kind == Slot::Kind::version) {
        what = cat("resource '", plan.resources[slot.resource].name, "' waits for call ", missing.number, " of '",
                   from.name, "', which writes it");
    } else {
        what = cat("call ", missing.number, " has not returned");
    }
    if (missing.ended) what += cat(", which ended after ", *missing.ended);
    return cat("\n  ", place_of(node), ": ", what);
}

}  // namespace

Execution::Execution(const Plan& plan, const Wiring& wiring, Failures& failures, Observer& observer, Pause& pause)
    : plan_(&plan), wiring_(&wiring), failures_(&failures), observer_(&observer), admission_(wiring) {
    const StationContext context{&plan, &wiring, &admission_, &failures, &pause};
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        stations_.emplace_back(n, context);
        try {
            runners_.emplace_back(n, plan, wiring);
        } catch (const Error& error) {
            failures.add(error.what());
        }
    }
}

void Execution::lend(const ResourceStore& resources, Checkpoints& checkpoints) {
    for (auto& runner : runners_) runner.lend(resources, checkpoints);
}

void Execution::on_wake(std::function<void(std::size_t)> function) {
    wake_ = std::move(function);
    for (std::size_t n = 0; n < stations_.size(); ++n) {
        stations_[n].on_window(wake_ ? [this, n] { wake_(n); } : std::function<void()>());
    }
}

/// The node is not to blame for a full disk.
void Execution::record(const Outcome& outcome) {
    try {
        recorder_->take(outcome);
    } catch (...) {
        failures_->add(cat(place_of(plan_->nodes[outcome.node]), ", packet ", outcome.sequence,
                           ": recording: ", message_of(std::current_exception())));
    }
}

OutcomePtr Execution::run(ReadyCall call) {
    const std::size_t node = call.node;
    const bool admitted = !call.last;  // the last call has no packet to hold a resource for
    OutcomePtr outcome = runners_[node].run(std::move(call), *failures_, *observer_);
    if (outcome != nullptr && recorder_ != nullptr) record(*outcome);
    if (admitted) {
        for (const std::size_t waiter : admission_.release(node)) wake_(waiter);
    }
    return outcome;
}

bool Execution::ended() const {
    return std::ranges::all_of(stations_, &Station::ended);
}

std::uint64_t Execution::progress() const {
    std::uint64_t calls = 0;
    for (const auto& station : stations_) calls += station.join().next() + (station.ended() ? 1 : 0);
    return calls;
}

void Execution::close() {
    for (auto& runner : runners_) runner.close(*failures_, *observer_);
}

std::string Execution::stall() const {
    std::string waits;
    for (std::size_t n = 0; n < stations_.size(); ++n) {
        if (stations_[n].ended()) continue;
        const PlanNode& node = plan_->nodes[n];
        const auto missing = stations_[n].join().missing();
        for (const auto& item : missing) waits += describe_wait(*plan_, node, item);
        if (missing.empty() && !stations_[n].window().open()) {
            waits += cat("\n  ", place_of(node), ": all of its ", stations_[n].window().size(),
                         " packets in flight wait for others");
        } else if (missing.empty()) {
            waits += cat("\n  ", place_of(node), ": waits for its resources");
        }
    }
    return waits;
}

}  // namespace anabranch::framework
