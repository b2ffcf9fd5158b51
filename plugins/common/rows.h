#pragma once

#include <anabranch/packet.h>

#include <cstdint>
#include <span>

namespace anabranch {

/// The rows numbered in `rows`, in that order, of every column. Columns in GPU memory are an Error.
[[nodiscard]] Packet select_rows(const Packet& packet, std::span<const std::int64_t> rows);

/// `count` rows from `first` on.
[[nodiscard]] Packet slice_rows(const Packet& packet, std::int64_t first, std::int64_t count);

/// The rows of all packets, one packet's after the other's. All must have the same columns; arrays of more than one
/// dimension must agree in the others. At least one packet.
[[nodiscard]] Packet concatenate_rows(std::span<const Packet> packets);

}  // namespace anabranch
