#pragma once

#include <cstdint>

/// Small float32 matrix products inside a kernel, on one thread, for operands that fit in a core's cache.
/// Always inlined, so that each instruction set of `target_clones` gets its own.
namespace anabranch::lm::kernels {

inline constexpr std::int64_t tile_rows = 6;
inline constexpr std::int64_t tile_columns = 16;
/// Buffers round their rows and columns up to this, a multiple of both: then every tile is whole.
inline constexpr std::int64_t tile_round = 48;

[[nodiscard]] constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

/// The left side: element (row, k) is data[row * row_stride + k * k_stride], so a transposed matrix is one with its
/// strides exchanged.
struct Left {
    const float* data;
    std::int64_t row_stride;
    std::int64_t k_stride;
};

/// The right side as panels of tile_columns columns: element (k, column) is
/// data[(column / 16) * panel_stride + k * 16 + column % 16].
struct Panels {
    const float* data;
    std::int64_t panel_stride;
};

// Eight lanes: one register from AVX2 on, of which 6 x 2 sums fit in sixteen.
using Lanes [[gnu::vector_size(32)]] = float;
[[gnu::always_inline]] inline void load_lanes(Lanes& lanes, const float* from) {
    __builtin_memcpy(&lanes, from, sizeof lanes);
}
[[gnu::always_inline]] inline void store_lanes(float* to, const Lanes& lanes) {
    __builtin_memcpy(to, &lanes, sizeof lanes);
}

/// c[rows, columns] = (accumulate ? c : 0) + left * right over `depth`; rows a multiple of 6, columns one of 16.
/// Each element adds its terms in the order of k, whatever stands around it.
[[gnu::always_inline]] inline void tile_product(const Left& left, const Panels& right, std::int64_t depth, float* c,
                                                std::int64_t c_stride, std::int64_t rows, std::int64_t columns,
                                                bool accumulate) {
    for (std::int64_t column = 0; column < columns; column += tile_columns) {
        const float* panel = right.data + column / tile_columns * right.panel_stride;
        for (std::int64_t row = 0; row < rows; row += tile_rows) {
            Lanes sums[tile_rows][2] = {};
            const float* a = left.data + row * left.row_stride;
            const float* b = panel;
            for (std::int64_t k = 0; k < depth; ++k) {
                Lanes low;
                Lanes high;
                load_lanes(low, b);
                load_lanes(high, b + 8);
#pragma GCC unroll 6
                for (std::int64_t r = 0; r < tile_rows; ++r) {
                    const float value = a[r * left.row_stride];
                    sums[r][0] += value * low;
                    sums[r][1] += value * high;
                }
                a += left.k_stride;
                b += tile_columns;
            }
            float* out = c + row * c_stride + column;
#pragma GCC unroll 6
            for (std::int64_t r = 0; r < tile_rows; ++r) {
                for (int half = 0; half < 2; ++half) {
                    float* to = out + r * c_stride + 8 * half;
                    Lanes before = {};
                    if (accumulate) load_lanes(before, to);
                    store_lanes(to, before + sums[r][half]);
                }
            }
        }
    }
}

}  // namespace anabranch::lm::kernels
