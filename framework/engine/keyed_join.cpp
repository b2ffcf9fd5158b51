#include <anabranch/error.h>
#include <framework/engine/keyed_join.h>

#include <algorithm>
#include <utility>

namespace anabranch::framework {

KeyedJoin::KeyedJoin(std::size_t node, const NodeWiring& wiring)
    : node_(node),
      wiring_(&wiring),
      items_(wiring.slots.size()),
      ends_(wiring.slots.size()),
      high_water_(wiring.slots.size(), 0) {}

void KeyedJoin::put(std::size_t slot, std::uint64_t number, Item item) {
    const std::uint64_t sequence = number + wiring_->slots[slot].offset;
    item.arrived = std::chrono::steady_clock::now();
    if (sequence < next_) throw Error(cat("sequence ", number, " arrived twice"));
    if (!items_[slot].emplace(sequence, std::move(item)).second)
        throw Error(cat("sequence ", number, " arrived twice"));
    high_water_[slot] = std::max(high_water_[slot], items_[slot].size());
}

void KeyedJoin::take(const Outcome& outcome) {
    for (std::size_t s = 0; s < wiring_->slots.size(); ++s) {
        const Slot& slot = wiring_->slots[s];
        if (slot.from != outcome.node) continue;
        if (slot.kind != Slot::Kind::version && slot.kind != Slot::Kind::itself) {
            for (const auto& given : outcome.packets) {
                if (given.output != slot.output) continue;
                Item item;
                if (slot.kind != Slot::Kind::feedback) item.packet = given.packet;
                // A side stream holds no tickets: it is kept whole, and its source must go on.
                if (slot.kind == Slot::Kind::data) item.ticket = outcome.ticket;
                put(s, given.number, std::move(item));
            }
            if (outcome.ended) ends_[s] = outcome.counts[slot.output];
        } else if (!outcome.ended) {
            const auto snapshot = outcome.snapshots.find(slot.resource);
            const bool copies = slot.snapshot && snapshot != outcome.snapshots.end();
            put(s, outcome.sequence, Item{.version = copies ? snapshot->second : nullptr});
        }
    }
}

bool KeyedJoin::has(std::size_t slot) const {
    if (wiring_->slots[slot].kind == Slot::Kind::side) return sides_ != nullptr || ends_[slot] == items_[slot].size();
    return next_ < wiring_->slots[slot].offset || items_[slot].contains(next_);
}

bool KeyedJoin::complete() const {
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (!has(s)) return false;
    }
    return true;
}

bool KeyedJoin::sides_whole() const {
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (wiring_->slots[s].kind == Slot::Kind::side && !has(s)) return false;
    }
    return true;
}

std::shared_ptr<const SideStreams> KeyedJoin::sides() {
    if (sides_ != nullptr || !sides_whole()) return sides_;
    SideStreams streams;
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (wiring_->slots[s].kind != Slot::Kind::side) continue;
        auto& packets = streams[wiring_->slots[s].name];
        for (auto& [number, item] : std::exchange(items_[s], {})) packets.push_back(std::move(item.packet));
    }
    sides_arrived_ = std::chrono::steady_clock::now();
    if (!streams.empty()) sides_ = std::make_shared<const SideStreams>(std::move(streams));
    return sides_;
}

bool KeyedJoin::idle() const {
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (wiring_->slots[s].kind == Slot::Kind::itself && !has(s)) return false;
    }
    return true;
}

ReadyCall KeyedJoin::pop() {
    ReadyCall call{.node = node_, .sequence = next_, .sides = sides()};
    if (call.sides != nullptr) call.times.complete = sides_arrived_;
    for (std::size_t s = 0; s < items_.size(); ++s) {
        const Slot& slot = wiring_->slots[s];
        if (slot.kind == Slot::Kind::side) continue;
        auto entry = items_[s].extract(next_);
        if (!entry.empty() && slot.kind != Slot::Kind::itself)
            call.times.complete = std::max(call.times.complete, entry.mapped().arrived);
        if (slot.kind == Slot::Kind::data) {
            call.inputs.emplace(slot.name, std::move(entry.mapped().packet));
            call.tickets.push_back(std::move(entry.mapped().ticket));
        } else if (slot.kind == Slot::Kind::version && slot.snapshot) {
            call.snapshots.emplace_back(slot.name, entry.empty() ? nullptr : std::move(entry.mapped().version));
        }
    }
    ++next_;
    return call;
}

bool KeyedJoin::stream_over() const {
    std::optional<std::size_t> shortest;
    bool all_ended = true;
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (wiring_->slots[s].kind != Slot::Kind::data) continue;
        all_ended = all_ended && ends_[s].has_value();
        if (ends_[s] == next_) shortest = s;
    }
    if (!shortest) return false;
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (wiring_->slots[s].kind != Slot::Kind::data) continue;
        if (items_[s].contains(next_) || ends_[s].value_or(next_) != next_) {
            throw Error(cat("input '", wiring_->slots[*shortest].name, "' ended after ", next_, " packets, but input '",
                            wiring_->slots[s].name, "' has more; packets of both are joined one to one"));
        }
    }
    return all_ended;
}

KeyedJoin::Saved KeyedJoin::saved() const {
    Saved saved{.next = next_, .ends = ends_, .sides = sides_};
    for (std::size_t s = 0; s < items_.size(); ++s) {
        for (const auto& [sequence, item] : items_[s])
            saved.waiting.push_back({s, sequence, item.packet, item.version, item.ticket});
    }
    return saved;
}

void KeyedJoin::restore(Saved saved) {
    next_ = saved.next;
    ends_ = std::move(saved.ends);
    sides_ = std::move(saved.sides);
    for (auto& item : saved.waiting) {
        auto& held = items_[item.slot];
        held.emplace(item.sequence, Item{std::move(item.packet), std::move(item.version), std::move(item.ticket)});
        high_water_[item.slot] = std::max(high_water_[item.slot], held.size());
    }
}

std::vector<KeyedJoin::Missing> KeyedJoin::missing() const {
    std::vector<Missing> missing;
    for (std::size_t s = 0; s < items_.size(); ++s) {
        if (has(s)) continue;
        const bool side = wiring_->slots[s].kind == Slot::Kind::side;
        missing.push_back({&wiring_->slots[s], side ? items_[s].size() : next_ - wiring_->slots[s].offset, ends_[s]});
    }
    return missing;
}

}  // namespace anabranch::framework
