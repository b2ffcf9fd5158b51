#pragma once

#include <anabranch/packet.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch {

/// What a node remembers from one call to the next, as named packets: written into checkpoints, given back on resume.
/// A single number or text is a packet of one row.
class State {
  public:
    void set(std::string_view name, Packet packet) { packets_.insert_or_assign(std::string(name), std::move(packet)); }
    void set(std::string_view name, Column column) { set(name, Packet({{value_column, std::move(column)}})); }
    void set(std::string_view name, std::int64_t value) { set(name, Column(Array::of(std::vector{value}))); }
    void set(std::string_view name, double value) { set(name, Column(Array::of(std::vector{value}))); }
    void set(std::string_view name, std::string text) { set(name, Column(Strings({std::move(text)}))); }

    [[nodiscard]] bool has(std::string_view name) const { return packets_.contains(name); }
    /// These throw, naming the entry, when it is absent or of another kind.
    [[nodiscard]] const Packet& packet(std::string_view name) const;
    [[nodiscard]] const Array& array(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] double number(std::string_view name) const;
    [[nodiscard]] const std::string& text(std::string_view name) const;

    /// Every entry, in the order of the names.
    [[nodiscard]] const std::map<std::string, Packet, std::less<>>& packets() const { return packets_; }

  private:
    static constexpr const char* value_column = "value";
    template <typename Read>
    auto read(std::string_view name, Read read) const;

    std::map<std::string, Packet, std::less<>> packets_;
};

}  // namespace anabranch
