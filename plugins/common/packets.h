#pragma once

#include <anabranch/state.h>

#include <string>
#include <vector>

namespace anabranch {

/// Packets that a node holds, as entries NAME.000000, NAME.000001, ... of its state, with their number as NAME.
void save_packets(State& state, const std::string& name, const std::vector<Packet>& packets);
[[nodiscard]] std::vector<Packet> load_packets(const State& state, const std::string& name);

}  // namespace anabranch
