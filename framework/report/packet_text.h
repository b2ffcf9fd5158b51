#pragma once

#include <anabranch/packet.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace anabranch::framework {

/// Row `row` of a column on one line of at most `width` characters: texts with marks for line ends and control
/// characters, lists of numbers cut with a count of what they have.
[[nodiscard]] std::string cell_text(const Packet::Named& column, std::int64_t row, std::size_t width);

/// Rows of a packet for a person: a line for each value, names and types aligned, no line longer than `width`
/// characters.
[[nodiscard]] std::string rows_text(const Packet& packet, std::int64_t rows, std::size_t width);

}  // namespace anabranch::framework
