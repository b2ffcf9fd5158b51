#include <anabranch/error.h>
#include <framework/engine/station.h>

namespace anabranch::framework {

Station::Station(std::size_t node, const StationContext& context)
    : node_(node),
      context_(context),
      wiring_(&context.wiring->nodes[node]),
      window_(std::make_shared<Window>(context.wiring->window)),
      join_(node, *wiring_) {}

template <typename Body>
auto Station::guarded(Body body) -> decltype(body()) {
    try {
        return body();
    } catch (...) {
        context_.failures->add(cat(place_of(context_.plan->nodes[node_]), ": ", message_of(std::current_exception())));
        return decltype(body())();
    }
}

void Station::take(const Outcome& outcome) {
    guarded([&] {
        if (outcome.node == node_ && outcome.ended) ended_ = true;
        if (!ended_) join_.take(outcome);
    });
}

bool Station::cut_short() const {
    return wiring_->has_sides && join_.next() == 0 && context_.stop_requested();
}

bool Station::over() const {
    if (!join_.idle()) return false;
    const bool stop = context_.stop_requested();
    if (cut_short()) return true;
    if (!join_.sides_whole()) return false;  // also to flush, a node may need them
    // A node that waits for feedback ends the stream too, so that a stop does not play out what sources gave ahead.
    if (stop && (wiring_->source || wiring_->waits_for_feedback)) return true;
    if (wiring_->source) return wiring_->limited && context_.plan->steps && join_.next() >= *context_.plan->steps;
    return join_.stream_over(stop);
}

std::optional<ReadyCall> Station::next() {
    if (ended_ || context_.failures->any()) return std::nullopt;
    return guarded([&]() -> std::optional<ReadyCall> {
        if (over()) {
            ended_ = true;
            ReadyCall call{.node = node_, .sequence = join_.next(), .last = true};
            if (!cut_short()) call.sides = join_.sides();
            return call;
        }
        if (!join_.complete() || (wiring_->source && !window_->open())) return std::nullopt;
        if (!context_.admission->request(node_, join_.next())) return std::nullopt;
        ReadyCall call = join_.pop();
        if (wiring_->source) call.tickets.push_back(window_->take());
        return call;
    });
}

}  // namespace anabranch::framework
