#pragma once

#include <anabranch/error.h>
#include <anabranch/harness.h>
#include <anabranch/registry.h>

#include <functional>
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

/// The message of the Error that `body` must throw; "no error" when it throws none.
template <typename Body>
std::string error_of(Body&& body) {
    try {
        static_cast<void>(body());
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}
inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace anabranch::tests
