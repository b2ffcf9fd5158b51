#pragma once

#include <framework/engine/call_times.h>

#include <cstddef>
#include <deque>

namespace anabranch::framework {

/// How long a step takes now: the mean of the last ones, so that a slow start, or what was done before a resume, does
/// not count for ever.
class StepRate {
  public:
    static constexpr std::size_t last_steps = 20;

    void start(Instant now) { times_ = {now}; }
    void step(Instant now) {
        times_.push_back(now);
        if (times_.size() > last_steps + 1) times_.pop_front();
    }
    /// 0: no step yet.
    [[nodiscard]] double seconds_per_step() const {
        if (times_.size() < 2) return 0;
        return seconds_between(times_.front(), times_.back()) / static_cast<double>(times_.size() - 1);
    }

  private:
    std::deque<Instant> times_{Instant{}};
};

}  // namespace anabranch::framework
