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

/// How a product uses the registers: sums of 6 rows by `panels` panels. `Narrow` for sixteen registers of eight lanes
/// (AVX2; without it the compiler makes two of each), `Wide` for thirty-two of sixteen (AVX-512).
struct Narrow {
    using Lanes [[gnu::vector_size(32)]] = float;
    static constexpr int panels = 1;
};
struct Wide {
    using Lanes [[gnu::vector_size(64)]] = float;
    static constexpr int panels = 4;
};

/// tile_product for `panels` panels of columns.
template <typename Registers, int panels>
[[gnu::always_inline]] inline void tile_columns_product(const Left& left, const Panels& right, std::int64_t depth,
                                                        float* c, std::int64_t c_stride, std::int64_t rows,
                                                        bool accumulate) {
    using Lanes = typename Registers::Lanes;
    constexpr int width = sizeof(Lanes) / sizeof(float);
    constexpr int parts = tile_columns / width;  // of a panel's row
    for (std::int64_t row = 0; row < rows; row += tile_rows) {
        Lanes sums[tile_rows][panels * parts] = {};
        const float* a = left.data + row * left.row_stride;
        const float* b = right.data;
        for (std::int64_t k = 0; k < depth; ++k) {
            Lanes numbers[panels * parts];
#pragma GCC unroll 8
            for (int i = 0; i < panels * parts; ++i)
                __builtin_memcpy(&numbers[i], b + i / parts * right.panel_stride + i % parts * width, sizeof(Lanes));
#pragma GCC unroll 8
            for (std::int64_t r = 0; r < tile_rows; ++r) {
                const float value = a[r * left.row_stride];
#pragma GCC unroll 8
                for (int i = 0; i < panels * parts; ++i) sums[r][i] += value * numbers[i];
            }
            a += left.k_stride;
            b += tile_columns;
        }
#pragma GCC unroll 8
        for (std::int64_t r = 0; r < tile_rows; ++r) {
#pragma GCC unroll 8
            for (int i = 0; i < panels * parts; ++i) {
                float* to = c + (row + r) * c_stride + i * width;
                Lanes before = {};
                if (accumulate) __builtin_memcpy(&before, to, sizeof(Lanes));
                before += sums[r][i];
                __builtin_memcpy(to, &before, sizeof(Lanes));
            }
        }
    }
}

/// c[rows, columns] = (accumulate ? c : 0) + left * right over `depth`; rows a multiple of 6, columns one of 16.
/// Each element adds its terms in the order of k, whatever stands around it.
template <typename Registers>
[[gnu::always_inline]] inline void tile_product(const Left& left, const Panels& right, std::int64_t depth, float* c,
                                                std::int64_t c_stride, std::int64_t rows, std::int64_t columns,
                                                bool accumulate) {
    for (std::int64_t panel = 0; panel * tile_columns < columns;) {
        const Panels from{right.data + panel * right.panel_stride, right.panel_stride};
        float* to = c + panel * tile_columns;
        const std::int64_t left_over = columns / tile_columns - panel;
        if constexpr (Registers::panels >= 4) {
            if (left_over >= 4) {
                tile_columns_product<Registers, 4>(left, from, depth, to, c_stride, rows, accumulate);
                panel += 4;
                continue;
            }
            if (left_over >= 2) {
                tile_columns_product<Registers, 2>(left, from, depth, to, c_stride, rows, accumulate);
                panel += 2;
                continue;
            }
        }
        tile_columns_product<Registers, 1>(left, from, depth, to, c_stride, rows, accumulate);
        ++panel;
    }
}

}  // namespace anabranch::lm::kernels
