#include <anabranch/error.h>
#include <anabranch/state.h>

namespace anabranch {

const Packet& State::packet(std::string_view name) const {
    const auto found = packets_.find(name);
    if (found == packets_.end()) throw Error(cat("the saved state has no entry '", name, "'"));
    return found->second;
}

template <typename Read>
auto State::read(std::string_view name, Read read) const {
    const Packet& found = packet(name);
    try {
        if (found.rows() != 1) throw Error(cat("it has ", found.rows(), " rows, not 1"));
        return read(found);
    } catch (const Error& error) {
        throw Error(cat("the saved state's entry '", name, "': ", error.what()));
    }
}

const Array& State::array(std::string_view name) const {
    try {
        return packet(name).array(value_column);
    } catch (const Error& error) {
        throw Error(cat("the saved state's entry '", name, "': ", error.what()));
    }
}

std::int64_t State::integer(std::string_view name) const {
    return read(name, [](const Packet& found) { return found.values<std::int64_t>(value_column).front(); });
}

double State::number(std::string_view name) const {
    return read(name, [](const Packet& found) { return found.values<double>(value_column).front(); });
}

const std::string& State::text(std::string_view name) const {
    return *read(name, [](const Packet& found) { return &found.strings(value_column).front(); });
}

}  // namespace anabranch
