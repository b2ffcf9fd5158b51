#include "int8_product.h"

#include <ATen/ATen.h>

#include <cstring>
#include <vector>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm::kernels {
namespace {

using Floats [[gnu::vector_size(64)]] = float;  // 16 lanes: one register with AVX-512, two with AVX2

template <typename T>
struct Product {
    const float* x;             // [rows, depth]
    const std::int8_t* weight;  // [columns, depth]
    const float* scales;
    T* out;  // [rows, columns]
    std::int64_t rows;
    std::int64_t depth;
    std::int64_t columns;
};

[[gnu::always_inline]] inline void load_floats(Floats& to, const float* from) {
    std::memcpy(&to, from, sizeof to);
}
[[gnu::always_inline]] inline float sum(const Floats& lanes) {
    using Half [[gnu::vector_size(32)]] = float;
    using Quarter [[gnu::vector_size(16)]] = float;
    const Half half = __builtin_shufflevector(lanes, lanes, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(lanes, lanes, 8, 9, 10, 11, 12, 13, 14, 15);
    const Quarter quarter =
        __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

/// R rows of x with C of the weight, whose numbers are in `weight` [C, depth].
template <int R, int C, typename T>
[[gnu::always_inline]] inline void tile(const Product<T>& p, std::int64_t row, std::int64_t column,
                                        const float* weight) {
    const float* x = p.x + row * p.depth;
    Floats sums[R][C] = {};
    std::int64_t k = 0;
    for (; k + lanes <= p.depth; k += lanes) {
        Floats numbers[C];
#pragma GCC unroll 4
        for (int c = 0; c < C; ++c) load_floats(numbers[c], weight + c * p.depth + k);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
            Floats values;
            load_floats(values, x + r * p.depth + k);
#pragma GCC unroll 4
            for (int c = 0; c < C; ++c) sums[r][c] += values * numbers[c];
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
        for (int c = 0; c < C; ++c) {
            float total = sum(sums[r][c]);
            for (std::int64_t rest = k; rest < p.depth; ++rest)
                total += x[r * p.depth + rest] * weight[c * p.depth + rest];
            store(p.out[(row + r) * p.columns + column + c], total * p.scales[column + c]);
        }
    }
}

/// All rows of x with C of the weight, which become numbers in the core's cache, once for all.
template <int C, typename T>
[[gnu::always_inline]] inline void all_rows(const Product<T>& p, std::int64_t column, float* weight) {
    const std::int8_t* stored = p.weight + column * p.depth;
    for (std::int64_t i = 0; i < C * p.depth; ++i) weight[i] = static_cast<float>(stored[i]);
    std::int64_t row = 0;
    for (; row + 4 <= p.rows; row += 4) tile<4, C>(p, row, column, weight);
    switch (p.rows - row) {
        case 3:
            return tile<3, C>(p, row, column, weight);
        case 2:
            return tile<2, C>(p, row, column, weight);
        case 1:
            return tile<1, C>(p, row, column, weight);
        default:
            return;
    }
}

template <typename T>
[[gnu::always_inline]] inline void column_range(const Product<T>& p, std::int64_t first, std::int64_t last,
                                                float* scratch) {
    std::int64_t column = first;
    for (; column + 2 <= last; column += 2) all_rows<2>(p, column, scratch);
    if (column < last) all_rows<1>(p, column, scratch);
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void columns(const Product<float>& p,
                                                                                   std::int64_t first,
                                                                                   std::int64_t last, float* scratch) {
    column_range(p, first, last, scratch);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void columns(const Product<c10::BFloat16>& p,
                                                                                   std::int64_t first,
                                                                                   std::int64_t last, float* scratch) {
    column_range(p, first, last, scratch);
}

}  // namespace

bool prefers_int8_product(const at::Tensor& x) {
    return has_cpu_kernel(x) && x.size(0) <= (x.scalar_type() == at::kFloat ? 32 : 8);
}

at::Tensor int8_product(const at::Tensor& x, const Weight& weight) {
    const at::Tensor numbers = x.to(at::kFloat).contiguous();
    at::Tensor out = at::empty({x.size(0), weight.size(0)}, x.options());
    for_element_type(out, [&]<typename T>(T) {
        const Product<T> product{numbers.const_data_ptr<float>(),
                                 weight.values.const_data_ptr<std::int8_t>(),
                                 weight.scales.const_data_ptr<float>(),
                                 out.mutable_data_ptr<T>(),
                                 x.size(0),
                                 x.size(1),
                                 weight.size(0)};
        for_rows(product.columns, product.depth * product.rows, [&](std::int64_t first, std::int64_t last) {
            std::vector<float> scratch(static_cast<std::size_t>(2 * product.depth));
            columns(product, first, last, scratch.data());
        });
    });
    return out;
}

}  // namespace anabranch::lm::kernels
