#include <framework/report/crc32c.h>

#include <array>
#include <cstddef>

namespace anabranch::framework {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    constexpr std::uint32_t polynomial = 0x82F63B78;  // of CRC-32C, its bits reversed
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? polynomial : 0U);
        table[byte] = value;
    }
    return table;
}

constexpr auto table = make_table();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
    std::uint32_t value = 0xFFFFFFFF;
    for (const char byte : bytes) value = (value >> 8U) ^ table[(value ^ static_cast<unsigned char>(byte)) & 0xFFU];
    return ~value;
}

}  // namespace anabranch::framework
