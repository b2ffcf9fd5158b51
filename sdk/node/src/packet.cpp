#include <anabranch/packet.h>

#include <algorithm>

namespace anabranch {

Packet::Packet(std::vector<Named> columns) : columns_(std::move(columns)) {
    for (auto column = columns_.begin(); column != columns_.end(); ++column) {
        if (std::any_of(columns_.begin(), column, [&](const auto& other) { return other.first == column->first; })) {
            throw Error(cat("two columns of a packet are named '", column->first, "'"));
        }
        if (rows_of(column->second) != rows()) {
            throw Error(cat("columns of a packet differ in rows: '", columns_.front().first, "' has ", rows(), ", '",
                            column->first, "' has ", rows_of(column->second)));
        }
    }
}

const Column* Packet::find(std::string_view name) const {
    const auto found = std::ranges::find(columns_, name, &Named::first);
    return found == columns_.end() ? nullptr : &found->second;
}

template <typename Kind>
const Kind& Packet::get(std::string_view name, std::string_view kind) const {
    const Column* column = find(name);
    if (column == nullptr) {
        std::string have;
        for (const auto& [other, unused] : columns_) have += cat(have.empty() ? "" : ", ", other);
        throw Error(cat("a packet has no column '", name, "' (it has: ", have.empty() ? "none" : have, ")"));
    }
    const auto* value = std::get_if<Kind>(column);
    if (value == nullptr) throw Error(cat("column '", name, "' is ", describe(*column), ", not ", kind));
    return *value;
}

const std::vector<std::string>& Packet::strings(std::string_view name) const {
    return get<Strings>(name, "strings").values();
}

const Array& Packet::array(std::string_view name) const {
    return get<Array>(name, "an array");
}

const Ragged& Packet::ragged(std::string_view name) const {
    return get<Ragged>(name, "ragged rows");
}

void PacketBuilder::set(std::string_view name, Column column) {
    const auto found = std::ranges::find(columns_, name, &Packet::Named::first);
    if (found == columns_.end()) {
        columns_.emplace_back(std::string(name), std::move(column));
    } else {
        found->second = std::move(column);
    }
}

void PacketBuilder::pass(const Packet& packet) {
    for (const auto& [name, column] : packet.columns()) set(name, column);
}

}  // namespace anabranch
