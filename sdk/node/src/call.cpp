#include <anabranch/call.h>

#include <algorithm>

namespace anabranch {

const Packet& Call::in(std::string_view port) const {
    const auto found = setup_.inputs.find(port);
    if (found == setup_.inputs.end()) throw Error(cat("the node has no input '", port, "'"));
    return found->second;
}

std::span<const Packet> Call::side(std::string_view port) const {
    if (!has_side(port)) throw Error(cat("the node has no side input '", port, "', or the graph leaves it out"));
    return setup_.sides->find(port)->second;
}

PacketBuilder& Call::out(std::string_view port) {
    const auto found = std::ranges::find(emissions_, port, &Emission::port);
    return found == emissions_.end() ? emit(port) : found->packet;
}

PacketBuilder& Call::emit(std::string_view port) {
    return emissions_.emplace_back(Emission{std::string(port), {}}).packet;
}

const Call::Lent& Call::lent(std::string_view use) const {
    const auto found = setup_.resources.find(use);
    if (found == setup_.resources.end()) throw Error(cat("the node was given no resource '", use, "'"));
    return found->second;
}

}  // namespace anabranch
