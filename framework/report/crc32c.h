#pragma once

#include <cstdint>
#include <string_view>

namespace anabranch::framework {

/// CRC-32C (Castagnoli), as RFC 3720 defines it.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

}  // namespace anabranch::framework
