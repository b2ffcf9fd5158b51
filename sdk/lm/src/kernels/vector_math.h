#pragma once

#include <c10/util/BFloat16.h>

#include <bit>
#include <cstdint>

/// Small inline pieces of the CPU kernels. Everything here is branch-free and always inlined, so that loops around it
/// vectorise for each instruction set that `target_clones` builds.
namespace anabranch::lm::kernels {

[[gnu::always_inline]] inline float load(float value) {
    return value;
}
[[gnu::always_inline]] inline float load(c10::BFloat16 value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.x) << 16);
}

[[gnu::always_inline]] inline void store(float& to, float value) {
    to = value;
}
/// Round to nearest even; finite input.
[[gnu::always_inline]] inline void store(c10::BFloat16& to, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    to.x = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

/// e^x with a relative error below 3e-7; the argument is clamped to where float32 has a normal result.
[[gnu::always_inline]] inline float exponential(float x) {
    x = x < -87.0F ? -87.0F : x;
    x = x > 88.0F ? 88.0F : x;
    const float scaled = x * 1.44269504F;
    const int n = static_cast<int>(scaled + (scaled < 0.0F ? -0.5F : 0.5F));
    const auto whole = static_cast<float>(n);
    const float r = (x - whole * 0.693359375F) + whole * 2.12194440e-4F;  // ln 2 in two parts
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    return p * std::bit_cast<float>((n + 127) << 23);
}

/// Sums in 16 lanes: a fixed order of additions that vectorises without changing the result between instruction sets.
inline constexpr int lanes = 16;
[[gnu::always_inline]] inline float sum_lanes(const float* partial) {
    float sum = 0.0F;
    for (int i = 0; i < lanes; ++i) sum += partial[i];
    return sum;
}

}  // namespace anabranch::lm::kernels
