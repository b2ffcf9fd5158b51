#include <anabranch/error.h>
#include <plugins/common/columns.h>

namespace anabranch {

Packet select_columns(const Packet& packet, const std::vector<std::string>& names) {
    if (names.empty()) return packet;
    std::vector<Packet::Named> columns;
    for (const auto& name : names) {
        const Column* column = packet.find(name);
        if (column == nullptr) {
            throw Error(
                cat("columns: there is no '", name, "' in what the node gets; there is: ", column_names(packet)));
        }
        columns.emplace_back(name, *column);
    }
    return Packet(std::move(columns));
}

std::string column_names(const Packet& packet) {
    std::string names;
    for (const auto& [name, column] : packet.columns()) names += (names.empty() ? "" : ", ") + name;
    return names;
}

}  // namespace anabranch
