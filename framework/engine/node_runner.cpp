#include <anabranch/contract.h>
#include <framework/engine/node_runner.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace anabranch::framework {

NodeRunner::NodeRunner(std::size_t index, const Plan& plan, const Wiring& wiring)
    : index_(index),
      plan_(&plan.nodes[index]),
      random_(Random(plan.seed).fork("node").fork(plan_->name)),
      given_(plan_->spec.outputs.size(), 0) {
    for (const auto& use : plan_->uses) {
        if (use.access == Access::write && wiring.snapshots[use.resource]) written_.push_back(use.resource);
    }
    try {
        node_ = plan_->type->make(plan_->parameters);
        if (node_ == nullptr) throw Error("its plugin made nothing");
    } catch (...) {
        throw Error(cat(place_of(*plan_), ": ", message_of(std::current_exception())));
    }
}

void NodeRunner::lend(const ResourceStore& resources, Checkpoints& checkpoints) {
    resources_ = &resources;
    checkpoints_ = &checkpoints;
    lent_ = resources.lend(*plan_);
    for (const auto& use : plan_->uses) {
        if (use.access != Access::read || !use.lag || !use.snapshot) continue;
        first_[use.use] = resources.first(use.resource);
        latest_.emplace_back(use.use, nullptr);
    }
}

std::map<std::string, Call::Lent, std::less<>> NodeRunner::lent(const ReadyCall& ready) const {
    auto lent = lent_;
    for (const auto& [use, version] : ready.last ? latest_ : ready.snapshots) {
        lent.insert_or_assign(use, Call::Lent{version != nullptr ? version : first_.at(use), nullptr});
    }
    return lent;
}

std::uint64_t NodeRunner::number_of(std::size_t output, std::uint64_t sequence) {
    return plan_->spec.regroups_rows ? given_[output]++ : sequence;
}

std::vector<std::pair<std::string, Packet>> NodeRunner::call_node(ReadyCall& ready, Outcome& outcome,
                                                                  CallRecord& record) {
    const Spec& spec = plan_->spec;
    if (!ready.last) check_inputs(spec, ready.inputs);
    if (ready.sides != nullptr) std::call_once(sides_checked_, [&] { check_sides(spec, *ready.sides); });
    Call call({ready.sequence, random_.fork(ready.sequence), std::move(ready.inputs), lent(ready), ready.sides});
    const auto start = record.times.started = std::chrono::steady_clock::now();
    if (ready.last) {
        node_->flush(call);
    } else {
        pass_columns(spec, call);
        node_->process(call);
    }
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (call.ended() && !plan_->inputs.empty()) throw Error("end_of_stream() is for sources; this node has inputs");
    outcome.ended = outcome.ended || call.ended();
    record.metrics = call.metrics();
    record.lines = call.lines();
    if (call.ended()) return {};
    return take_outputs(spec, call, ready.last);
}

std::shared_ptr<Outcome> NodeRunner::process(ReadyCall& ready, CallRecord& record) {
    auto outcome = std::make_shared<Outcome>();
    outcome->node = index_;
    outcome->sequence = ready.sequence;
    outcome->ended = ready.last;
    if (!ready.tickets.empty()) outcome->ticket = ready.tickets.front();
    const Spec& spec = plan_->spec;
    if (!ready.last || spec.regroups_rows) {
        for (auto& [name, packet] : call_node(ready, *outcome, record)) {
            const auto port = std::ranges::find(spec.outputs, name, &Port::name);
            const auto output = static_cast<std::size_t>(port - spec.outputs.begin());
            auto& given = record.given[output];
            const std::uint64_t number = number_of(output, ready.sequence);
            if (given.packets++ == 0) given.first = number;
            given.rows += packet.rows();
            outcome->packets.push_back({output, number, std::move(packet)});
        }
    }
    if (!outcome->ended) {
        for (const std::size_t resource : written_) {
            outcome->snapshots.emplace(resource, resources_->live(resource)->snapshot());
        }
    } else if (spec.regroups_rows) {
        outcome->counts = given_;
    } else {
        outcome->counts.assign(spec.outputs.size(), ready.sequence);
    }
    return outcome;
}

/// The call still holds what it writes: nobody can have changed it since. The node is not to blame for a full disk.
void NodeRunner::save(std::uint64_t sequence, CallRecord& record, Failures& failures) {
    const auto start = std::chrono::steady_clock::now();
    try {
        std::string line = checkpoints_->after_call(index_, sequence, *resources_);
        if (!line.empty()) record.lines.push_back(std::move(line));
    } catch (...) {
        failures.add(cat(place_of(*plan_), ", packet ", sequence, ": ", message_of(std::current_exception())));
    }
    record.save_seconds = seconds_between(start, std::chrono::steady_clock::now());
}

OutcomePtr NodeRunner::run(ReadyCall ready, Failures& failures, Observer& observer) {
    if (failures.any()) return nullptr;  // the call was on its way when another one failed
    CallRecord record{.node = index_, .sequence = ready.sequence, .last = ready.last, .times = ready.times};
    record.given.resize(plan_->spec.outputs.size());
    try {
        observer.started(index_, ready.sequence);
        auto outcome = process(ready, record);
        record.last = outcome->ended;
        if (!outcome->ended) save(ready.sequence, record, failures);
        if (plan_->spec.regroups_rows) latest_ = std::move(ready.snapshots);
        observer.finished(std::move(record));
        return outcome;
    } catch (...) {
        const std::string where = ready.last ? "at the end of its input" : cat("packet ", ready.sequence);
        failures.add(cat(place_of(*plan_), ", ", where, ": ", message_of(std::current_exception())), index_);
        if (record.times.started != Instant{})
            record.seconds = seconds_between(record.times.started, std::chrono::steady_clock::now());
        observer.failed(std::move(record));
        return nullptr;
    }
}

NodeRunner::Saved NodeRunner::saved() const {
    Saved saved{.given = given_, .latest = latest_};
    try {
        node_->save_state(saved.node);
    } catch (...) {
        throw Error(
            cat(place_of(*plan_), ": what it remembers could not be saved: ", message_of(std::current_exception())));
    }
    return saved;
}

void NodeRunner::restore(Saved saved) {
    given_ = std::move(saved.given);
    latest_ = std::move(saved.latest);
    try {
        node_->load_state(saved.node);
    } catch (...) {
        throw Error(
            cat(place_of(*plan_), ": it cannot go on from what was saved: ", message_of(std::current_exception())));
    }
}

void NodeRunner::close(Failures& failures, Observer& observer) {
    const auto start = std::chrono::steady_clock::now();
    try {
        node_->close();
    } catch (...) {
        failures.add(cat(place_of(*plan_), ", while closing: ", message_of(std::current_exception())));
    }
    observer.closed(index_, start, seconds_between(start, std::chrono::steady_clock::now()));
}

}  // namespace anabranch::framework
