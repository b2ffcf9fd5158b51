#pragma once

#include <anabranch/packet.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace anabranch::framework::testing {

/// One column of each kind and most dtypes, with the values that are easily lost on the way.
inline Packet sample_packet() {
    const std::vector<std::uint16_t> halves{0x3C00, 0xFC00, 0x0001, 0x7E00};
    auto owner = std::make_shared<const std::vector<std::uint16_t>>(halves);
    const void* data = owner->data();
    return Packet({
        {"text", Strings({"", "zwei \xE2\x82\xAC", std::string("a\0b", 3), "four"})},
        {"score", Array::of(std::vector<float>{0.1F, -0.0F, std::numeric_limits<float>::infinity(), 1e-45F})},
        {"exact", Array::of(std::vector<double>{0.1, 1e308, std::numeric_limits<double>::quiet_NaN(), 5e-324})},
        {"good", Array::of(std::vector<bool>{true, false, false, true})},
        {"grid", Array::of(std::vector<std::int32_t>{1, 2, 3, 4, 5, 6, 7, -8}, {4, 1, 2})},
        {"none", Array::of(std::vector<std::int64_t>{}, {4, 0})},
        {"half", Array(Dtype::f16, {4}, Device{}, data, owner)},
        {"ids", Ragged::of(std::vector<std::vector<std::int64_t>>{{1, 2, 3}, {}, {1LL << 40}, {4}})},
        {"bytes", Ragged::of(std::vector<std::vector<std::uint8_t>>{{}, {255}, {}, {}})},
    });
}

/// Everything in a packet to the last bit: names, kinds, dtypes, shapes, memory.
inline std::string bits_of(const Packet& packet) {
    const auto memory = [](const Array& array) {
        return std::string(static_cast<const char*>(array.data()),
                           static_cast<std::size_t>(array.size()) * size_of(array.dtype()));
    };
    std::string bits = cat(packet.rows(), " rows\n");
    for (const auto& [name, column] : packet.columns()) {
        bits += cat(name, " ", describe(column), "\n");
        if (const auto* array = std::get_if<Array>(&column)) bits += memory(*array);
        if (const auto* ragged = std::get_if<Ragged>(&column)) {
            for (const auto offset : ragged->offsets()) bits += cat(offset, " ");
            bits += memory(ragged->flat());
        }
        if (const auto* strings = std::get_if<Strings>(&column)) {
            for (const auto& text : strings->values()) bits += cat(text.size(), ":", text, "\n");
        }
    }
    return bits;
}

}  // namespace anabranch::framework::testing
