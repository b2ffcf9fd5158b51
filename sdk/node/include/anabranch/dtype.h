#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace anabranch {

/// Element types of array columns. Names in graphs and specs: bool u8 i32 i64 f16 bf16 f32 f64.
enum class Dtype : std::uint8_t { boolean, u8, i32, i64, f16, bf16, f32, f64 };

[[nodiscard]] std::size_t size_of(Dtype dtype);
[[nodiscard]] std::string_view name_of(Dtype dtype);
[[nodiscard]] std::optional<Dtype> dtype_from_name(std::string_view name);

/// The Dtype of a C++ element type. f16 and bf16 have none in the standard library: they travel as raw memory.
template <typename T>
inline constexpr Dtype dtype_of = [] {
    static_assert(sizeof(T) == 0, "no column dtype for this type");
    return Dtype{};
}();
template <>
inline constexpr Dtype dtype_of<bool> = Dtype::boolean;
template <>
inline constexpr Dtype dtype_of<std::uint8_t> = Dtype::u8;
template <>
inline constexpr Dtype dtype_of<std::int32_t> = Dtype::i32;
template <>
inline constexpr Dtype dtype_of<std::int64_t> = Dtype::i64;
template <>
inline constexpr Dtype dtype_of<float> = Dtype::f32;
template <>
inline constexpr Dtype dtype_of<double> = Dtype::f64;

}  // namespace anabranch
