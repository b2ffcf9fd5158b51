#include <anabranch/error.h>
#include <framework/engine/station.h>

#include <utility>

namespace anabranch::framework {

using Clock = std::chrono::steady_clock;

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

void Station::restore(Saved saved) {
    ended_ = saved.ended;
    if (join_.next() < saved.join.next) context_.pause->begun(node_, saved.join.next - 1);
    join_.restore(std::move(saved.join));
}

bool Station::over() const {
    if (!join_.idle() || !join_.sides_whole()) return false;  // also to flush, a node may need its side streams
    if (wiring_->source) return wiring_->limited && context_.plan->steps && join_.next() >= *context_.plan->steps;
    return join_.stream_over();
}

std::optional<ReadyCall> Station::next() {
    if (ended_ || context_.failures->any()) return std::nullopt;
    return guarded([&]() -> std::optional<ReadyCall> {
        if (!context_.pause->lets(node_, join_.next())) return std::nullopt;
        if (over()) {
            ended_ = true;
            ReadyCall call{.node = node_, .sequence = join_.next(), .last = true, .sides = join_.sides()};
            call.times.complete = call.times.free = call.times.admitted = Clock::now();
            return call;
        }
        if (!join_.complete() || (wiring_->source && !window_->open())) return std::nullopt;
        if (!free_) free_ = Clock::now();
        if (!context_.admission->request(node_, join_.next())) return std::nullopt;
        context_.pause->begun(node_, join_.next());
        ReadyCall call = join_.pop();
        call.times.free = *std::exchange(free_, std::nullopt);
        call.times.admitted = Clock::now();
        if (wiring_->source || call.times.complete == Instant{}) call.times.complete = call.times.free;
        if (wiring_->source) call.tickets.push_back(window_->take());
        return call;
    });
}

}  // namespace anabranch::framework
