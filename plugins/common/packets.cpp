#include <anabranch/error.h>
#include <plugins/common/packets.h>

namespace anabranch {
namespace {

std::string numbered(const std::string& name, std::size_t number) {
    const std::string digits = std::to_string(number);
    return cat(name, ".", std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0'), digits);
}

}  // namespace

void save_packets(State& state, const std::string& name, const std::vector<Packet>& packets) {
    state.set(name, static_cast<std::int64_t>(packets.size()));
    for (std::size_t i = 0; i < packets.size(); ++i) state.set(numbered(name, i), packets[i]);
}

std::vector<Packet> load_packets(const State& state, const std::string& name) {
    std::vector<Packet> packets;
    const auto count = static_cast<std::size_t>(state.integer(name));
    for (std::size_t i = 0; i < count; ++i) packets.push_back(state.packet(numbered(name, i)));
    return packets;
}

}  // namespace anabranch
