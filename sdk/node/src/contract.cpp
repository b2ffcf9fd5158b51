#include <anabranch/contract.h>

#include <algorithm>
#include <string_view>

namespace anabranch {
namespace {

void check_columns(const PortType& type, const Packet& packet, std::string_view what, std::string_view port) {
    for (const auto& wanted : type.columns) {
        const Column* column = packet.find(wanted.name);
        if (column == nullptr)
            throw Error(cat(what, " '", port, "' has no column '", wanted.name, "' (", wanted.text(), ")"));
        if (!wanted.admits(*column)) {
            throw Error(cat(what, " '", port, "': column '", wanted.name, "' is ", describe(*column), ", declared as ",
                            wanted.text()));
        }
    }
}

}  // namespace

void check_inputs(const Spec& spec, const std::map<std::string, Packet, std::less<>>& inputs) {
    for (const auto& [name, packet] : inputs) {
        const auto port = std::ranges::find(spec.inputs, name, &Port::name);
        if (port == spec.inputs.end() && spec.any_inputs.empty())
            throw Error(cat("the node has no input '", name, "'"));
        check_columns((port == spec.inputs.end() ? spec.any_inputs.front() : *port).type, packet, "input", name);
    }
    for (const auto& port : spec.inputs) {
        if (!inputs.contains(port.name)) throw Error(cat("input '", port.name, "' got no packet"));
    }
}

void check_sides(const Spec& spec, const SideStreams& sides) {
    for (const auto& [name, packets] : sides) {
        const auto port = std::ranges::find(spec.side_inputs, name, &Port::name);
        if (port == spec.side_inputs.end()) throw Error(cat("the node has no side input '", name, "'"));
        for (std::size_t i = 0; i < packets.size(); ++i) {
            check_columns(port->type, packets[i], cat("packet ", i, " of side input"), name);
        }
    }
    for (const auto& port : spec.side_inputs) {
        if (port.required && !sides.contains(port.name)) throw Error(cat("side input '", port.name, "' got no stream"));
    }
}

void pass_columns(const Spec& spec, Call& call) {
    if (spec.regroups_rows || call.inputs().empty()) return;
    const Packet& first = spec.inputs.empty() ? call.inputs().begin()->second : call.in(spec.inputs.front().name);
    for (const auto& port : spec.outputs) {
        if (port.type.passes) call.out(port.name).pass(first);
    }
}

std::vector<std::pair<std::string, Packet>> take_outputs(const Spec& spec, Call& call, bool flushing) {
    std::vector<std::pair<std::string, Packet>> packets;
    for (auto& [name, builder] : call.emissions()) {
        const auto port = std::ranges::find(spec.outputs, name, &Port::name);
        if (port == spec.outputs.end())
            throw Error(cat("the node gave a packet on '", name, "', which its spec does not declare"));
        packets.emplace_back(name, std::move(builder).build());
        check_columns(port->type, packets.back().second, "output", name);
    }
    if (spec.regroups_rows || flushing) return packets;
    for (const auto& port : spec.outputs) {
        const auto given = std::ranges::count(packets, port.name, &std::pair<std::string, Packet>::first);
        if (given != 1) throw Error(cat("output '", port.name, "' got ", given, " packets in one call, expected one"));
    }
    return packets;
}

}  // namespace anabranch
