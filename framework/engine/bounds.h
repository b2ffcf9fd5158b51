#pragma once

#include <framework/engine/wiring.h>

#include <cstddef>
#include <cstdint>

namespace anabranch::framework {

/// The most packets that can wait at a data slot of a node at once: the window of the source that began their clock, or
/// the credits of a loop that the edge lies in, if those are fewer. 0: no number is known, because a node that regroups
/// gives as many as it likes of one packet.
[[nodiscard]] std::uint64_t most_waiting(const Plan& plan, const Wiring& wiring, std::size_t node, const Slot& slot);

}  // namespace anabranch::framework
