#include "split_tiles.h"

#include <immintrin.h>

#include <algorithm>

// Only what follows may use these instructions: code of headers, compiled so here, could be linked in for everyone.
#pragma GCC push_options
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"  // GCC 12 takes its own undefined registers for mistakes
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,amx-tile,amx-bf16")

namespace anabranch::lm::kernels::split {
namespace {

constexpr int side = 16;

struct Square {
    __m512i rows[side];
};

[[gnu::always_inline]] inline void transpose(Square& s) {
    __m512i t[side];
    for (int i = 0; i < side; i += 2) {
        t[i] = _mm512_unpacklo_epi32(s.rows[i], s.rows[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(s.rows[i], s.rows[i + 1]);
    }
    for (int i = 0; i < side; i += 4) {
        s.rows[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        s.rows[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        s.rows[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        s.rows[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    // Now quarter q of row 4 g + c holds column 4 q + c of the rows 4 g to 4 g + 3.
    for (int c = 0; c < 4; ++c) {
        const __m512i even_low = _mm512_shuffle_i32x4(s.rows[c], s.rows[4 + c], 0x88);
        const __m512i even_high = _mm512_shuffle_i32x4(s.rows[8 + c], s.rows[12 + c], 0x88);
        const __m512i odd_low = _mm512_shuffle_i32x4(s.rows[c], s.rows[4 + c], 0xdd);
        const __m512i odd_high = _mm512_shuffle_i32x4(s.rows[8 + c], s.rows[12 + c], 0xdd);
        t[c] = _mm512_shuffle_i32x4(even_low, even_high, 0x88);
        t[4 + c] = _mm512_shuffle_i32x4(odd_low, odd_high, 0x88);
        t[8 + c] = _mm512_shuffle_i32x4(even_low, even_high, 0xdd);
        t[12 + c] = _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd);
    }
    for (int i = 0; i < side; ++i) s.rows[i] = t[i];
}

[[gnu::always_inline]] inline __mmask16 first_lanes(std::int64_t count) {
    return static_cast<__mmask16>((1U << std::clamp<std::int64_t>(count, 0, side)) - 1U);
}

/// Two numbers in each lane, from places of the depth that are half a block apart: as pairs of their parts, which
/// become row `row` of the squares. The first two parts are rounded to bfloat16; what is left after them is one
/// already, but for numbers below 2^-110, of which it loses what AMX would take for zero anyway.
[[gnu::always_inline]] inline void split(__m512 low, __m512 high, int row, Square* squares) {
    const __m512i half = _mm512_set1_epi32(0x8000);
    const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000U));
    const __m512i size = _mm512_set1_epi32(0x7fffffff);
    const __m512i largest = _mm512_set1_epi32(0x7f7f7fff);  // what is rounded to a finite number
    const auto part = [&](__m512 number, bool rounds) __attribute__((always_inline)) {
        __m512i bits = _mm512_castps_si512(number);
        if (rounds) {
            const __mmask16 fits = _mm512_cmple_epu32_mask(_mm512_and_epi32(bits, size), largest);
            bits = _mm512_mask_add_epi32(bits, fits, bits, half);
        }
        return _mm512_and_epi32(bits, upper);
    };
    for (int p = 0; p < parts; ++p) {
        const __m512i a = part(low, p + 1 < parts);
        const __m512i b = part(high, p + 1 < parts);
        squares[p].rows[row] = _mm512_or_epi32(_mm512_srli_epi32(a, 16), b);
        low = _mm512_sub_ps(low, _mm512_castsi512_ps(a));
        high = _mm512_sub_ps(high, _mm512_castsi512_ps(b));
    }
}

/// A square of 16 outer rows, each with 16 pairs.
[[gnu::always_inline]] inline void split_rows(const Matrix& m, std::int64_t outer, std::int64_t depth,
                                              Square* squares) {
    const __mmask16 low = first_lanes(m.depth - depth);
    const __mmask16 high = first_lanes(m.depth - depth - side);
    for (int i = 0; i < side; ++i) {
        const bool there = outer + i < m.outer;
        const float* from = m.data + (there ? (outer + i) * m.stride + depth : 0);
        _mm_prefetch(from + side * m.stride, _MM_HINT_T1);  // for the next tile: no prefetcher follows so many rows
        _mm_prefetch(from + side * m.stride + side, _MM_HINT_T1);
        split(_mm512_maskz_loadu_ps(there ? low : __mmask16{0}, from),
              _mm512_maskz_loadu_ps(there ? high : __mmask16{0}, from + side), i, squares);
    }
}

/// A square of 16 pairs, each of 16 outer rows.
[[gnu::always_inline]] inline void split_columns(const Matrix& m, std::int64_t outer, std::int64_t depth,
                                                 Square* squares) {
    const __mmask16 there = first_lanes(m.outer - outer);
    const auto numbers = [&](std::int64_t at) __attribute__((always_inline)) {
        const float* from = m.data + at * m.stride + outer;
        _mm_prefetch(from + block * m.stride, _MM_HINT_T1);
        return at < m.depth ? _mm512_maskz_loadu_ps(there, from) : _mm512_setzero_ps();
    };
    for (int i = 0; i < side; ++i) split(numbers(depth + i), numbers(depth + side + i), i, squares);
}

struct alignas(64) Configuration {
    std::uint8_t palette = 1;
    std::uint8_t start_row = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t column_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// In memory: the instruction's wrapper tells the compiler of its first bytes alone.
constexpr Configuration configuration;

// Functions of their own: members, declared before, were not declared for these instructions.
void set_up() {
    _tile_loadconfig(&configuration);
}

void give_up() {
    _tile_release();
}

}  // namespace

void pack(const Matrix& m, std::int64_t first, std::int64_t count, Role role, std::int32_t* packed) {
    const std::int64_t depth_blocks = (m.depth + block - 1) / block;
    const auto pack_tile = [&](std::int64_t tile, std::int64_t depth_block) __attribute__((always_inline)) {
        Square squares[parts];
        const std::int64_t outer = first * block + tile * side;
        m.depth_contiguous ? split_rows(m, outer, depth_block * block, squares)
                           : split_columns(m, outer, depth_block * block, squares);
        std::int32_t* to = packed + (tile / 2 * depth_blocks + depth_block) * block_dwords + tile % 2 * tile_dwords;
        for (int p = 0; p < parts; ++p, to += 2 * tile_dwords) {
            if (m.depth_contiguous != (role == Role::left)) transpose(squares[p]);
            for (int i = 0; i < side; ++i) _mm512_store_si512(to + i * side, squares[p].rows[i]);
        }
    };
    // In the order of the memory that is read.
    if (m.depth_contiguous) {
        for (std::int64_t tile = 0; tile < 2 * count; ++tile)
            for (std::int64_t d = 0; d < depth_blocks; ++d) pack_tile(tile, d);
    } else {
        for (std::int64_t d = 0; d < depth_blocks; ++d)
            for (std::int64_t tile = 0; tile < 2 * count; ++tile) pack_tile(tile, d);
    }
}

Tiles::Tiles() {
    set_up();
}

Tiles::~Tiles() {
    give_up();
}

void product(const Out& out, std::int64_t left_block, std::int64_t right_block, const std::int32_t* left,
             const std::int32_t* right, std::int64_t depth_blocks, Soon& soon) {
    constexpr int row_bytes = 64;
    // Tiles 0 to 3 are the sums, 4 and 5 one part of the left rows, 6 and 7 one of the right rows.
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    const auto load_left = [&](int part) __attribute__((always_inline)) {
        _tile_loadd(4, left + 2 * part * tile_dwords, row_bytes);
        _tile_loadd(5, left + (2 * part + 1) * tile_dwords, row_bytes);
    };
    const auto load_right = [&](int part) __attribute__((always_inline)) {
        _tile_loadd(6, right + 2 * part * tile_dwords, row_bytes);
        _tile_loadd(7, right + (2 * part + 1) * tile_dwords, row_bytes);
    };
    const auto add_products = [&soon]() __attribute__((always_inline)) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
        for (std::int64_t i = 0; i < soon.lines; ++i, soon.from += side) _mm_prefetch(soon.from, _MM_HINT_T1);
    };
    for (std::int64_t d = 0; d < depth_blocks; ++d, left += block_dwords, right += block_dwords) {
        // Neighbours share a part, so that each product but the first loads one.
        load_left(2);
        load_right(0);
        add_products();
        load_left(1);
        add_products();
        load_right(1);
        add_products();
        load_left(0);
        add_products();
        load_right(2);
        add_products();
        load_right(0);
        add_products();
    }
    alignas(64) float sums[4][tile_dwords];
    _tile_stored(0, sums[0], row_bytes);
    _tile_stored(1, sums[1], row_bytes);
    _tile_stored(2, sums[2], row_bytes);
    _tile_stored(3, sums[3], row_bytes);
    for (std::int64_t t = 0; t < 4; ++t) {
        Square s;
        for (int i = 0; i < side; ++i) s.rows[i] = _mm512_load_si512(sums[t] + i * side);
        if (out.left_is_columns) transpose(s);
        const std::int64_t from_left = left_block * block + t / 2 * side;
        const std::int64_t from_right = right_block * block + t % 2 * side;
        const std::int64_t row = out.left_is_columns ? from_right : from_left;
        const std::int64_t column = out.left_is_columns ? from_left : from_right;
        const __mmask16 there = first_lanes(out.columns - column);
        for (int i = 0; i < side && row + i < out.rows; ++i) {
            float* to = out.data + (row + i) * out.columns + column;
            __m512 sum = _mm512_castsi512_ps(s.rows[i]);
            if (out.add) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(there, to));
            _mm512_mask_storeu_ps(to, there, sum);
        }
    }
}

}  // namespace anabranch::lm::kernels::split

#pragma GCC diagnostic pop
#pragma GCC pop_options
