#include <framework/state/packet_format.h>
#include <zlib.h>

namespace anabranch::framework::packet_format {

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before) {
    return static_cast<std::uint32_t>(
        ::crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

}  // namespace anabranch::framework::packet_format
