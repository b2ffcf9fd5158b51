#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace anabranch::lm {

/// The bytes that a tensor takes, or nothing when a dimension is negative or the product passes 63 bits.
[[nodiscard]] std::optional<std::uint64_t> tensor_bytes(std::uint64_t element_bytes,
                                                        std::span<const std::int64_t> shape);

/// "F64, F32, ...", for messages.
inline constexpr std::string_view safetensors_dtypes =
    "F64, I64, U64, C64, F32, I32, U32, F16, BF16, I16, U16, F8_E4M3, F8_E5M2, I8, U8, BOOL";

inline constexpr std::string_view safetensors_metadata_key = "__metadata__";

}  // namespace anabranch::lm
