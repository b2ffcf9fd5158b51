#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace anabranch::lm {

/// The types of metadata values, by the number that the file has.
enum class GgufKind : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

inline constexpr std::array<std::string_view, 13> gguf_kind_names = {"uint8",  "int8",    "uint16", "int16",  "uint32",
                                                                     "int32",  "float32", "bool",   "string", "array",
                                                                     "uint64", "int64",   "float64"};

/// Bytes of one value; 0 for strings and arrays, whose size varies.
inline constexpr std::array<std::uint64_t, 13> gguf_kind_bytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

}  // namespace anabranch::lm
