#pragma once

#include <anabranch/call.h>
#include <anabranch/spec.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace anabranch {

/// What engines and the harness do around `Node::process`, so that both hold a node to its spec in the same way.

/// Throws when an input lacks a column that the port asks for, or has it with another kind or dtype.
void check_inputs(const Spec& spec, const std::map<std::string, Packet, std::less<>>& inputs);
/// The same of every packet of the side inputs.
void check_sides(const Spec& spec, const SideStreams& sides);
/// Gives outputs declared with `*` the columns of the first input. Call before `process`.
void pass_columns(const Spec& spec, Call& call);
/// Builds the packets that a call gave, in order, and checks them against the spec's outputs.
[[nodiscard]] std::vector<std::pair<std::string, Packet>> take_outputs(const Spec& spec, Call& call, bool flushing);

}  // namespace anabranch
