#pragma once

#include <anabranch/harness.h>
#include <anabranch/registry.h>
#include <support/error_of.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::tests {

using Given = std::map<std::string, ParameterValue>;
using Add = void (*)(Registry&);

/// The harness of the node type that a plugin's function `add` registers.
inline Harness harness(Add add, Given parameters = {}, std::uint64_t seed = 0) {
    Registry registry;
    add(registry);
    return Harness(registry.nodes.at(0), std::move(parameters), seed);
}

inline Packet packet(std::vector<Packet::Named> columns) {
    return Packet(std::move(columns));
}
inline Packet texts(const std::string& column, std::vector<std::string> rows) {
    return Packet({{column, Strings(std::move(rows))}});
}
inline std::vector<float> floats(const Packet& packet, std::string_view column) {
    const auto values = packet.values<float>(column);
    return {values.begin(), values.end()};
}
inline std::vector<std::int64_t> integers(const Packet& packet, std::string_view column) {
    const auto values = packet.values<std::int64_t>(column);
    return {values.begin(), values.end()};
}
inline std::vector<std::int64_t> ragged_row(const Packet& packet, std::string_view column, std::int64_t row) {
    const auto values = packet.ragged(column).row<std::int64_t>(row);
    return {values.begin(), values.end()};
}

}  // namespace anabranch::tests
