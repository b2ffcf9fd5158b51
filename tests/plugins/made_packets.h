#pragma once

#include <anabranch/packet.h>
#include <anabranch/port.h>

#include <cstdint>
#include <string>

namespace anabranch::tests {

/// A packet of a stream as a port asks for it, drawn from its columns alone: lengths with one symbol agree in all ports
/// of a packet, tokens are in the tiny model's vocabulary, `labels` are `input_ids`. A port without columns gets some.
[[nodiscard]] Packet made_packet(const PortType& type, std::uint64_t number, std::int64_t rows);

/// Every value of a packet as text, floats by their bits.
[[nodiscard]] std::string bits_of(const Packet& packet);

}  // namespace anabranch::tests
