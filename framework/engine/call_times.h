#pragma once

#include <chrono>

namespace anabranch::framework {

using Instant = std::chrono::steady_clock::time_point;

/// What a call waited for, in order. A time that never came is the clock's zero.
struct CallTimes {
    Instant complete{};  ///< all that it takes from other nodes was there; of a source, the same as `free`
    Instant free{};      ///< the node's call before had returned, and a source might give another packet
    Instant admitted{};  ///< its resources were free
    Instant started{};   ///< its body began
};

[[nodiscard]] inline double seconds_between(Instant from, Instant to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace anabranch::framework
