#include "causal_attention.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "tile_product.h"
#include "vector_math.h"

namespace anabranch::lm::kernels {
namespace {

constexpr std::int64_t block_rows = tile_round;  // queries that go through the key range together

/// One sequence and kv head: where its rows are, and their sizes in buffers.
struct Task {
    std::int64_t first;  // row of the packed batch
    std::int64_t length;
    std::int64_t kv_head;
    std::int64_t dim;    // head_dim
    std::int64_t wide;   // head_dim in a buffer
    std::int64_t keys;   // length in a buffer
    std::int64_t width;  // of qkv
    std::int64_t out_width;
    std::int64_t k_column;
    std::int64_t v_column;
    std::int64_t group;  // query heads of this kv head
};

template <typename Pass>
[[gnu::always_inline]] inline Task task_of(const Pass& pass, std::int64_t index) {
    const HeadLayout& l = pass.layout;
    const auto sequence = static_cast<std::size_t>(index / l.kv_heads);
    const std::int64_t kv_head = index % l.kv_heads;
    const std::int64_t length = pass.offsets[sequence + 1] - pass.offsets[sequence];
    return {pass.offsets[sequence],
            length,
            kv_head,
            l.head_dim,
            round_up(l.head_dim, tile_columns),
            round_up(length, tile_round),
            l.width(),
            l.query_width(),
            l.query_width() + kv_head * l.head_dim,
            l.query_width() + l.kv_width() + kv_head * l.head_dim,
            l.heads / l.kv_heads};
}

/// Memory of one thread, taken anew by each of its tasks.
class Workspace {
  public:
    explicit Workspace(std::int64_t floats)
        : memory_(std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(floats))) {}
    void start() { used_ = 0; }
    float* take(std::int64_t floats) {
        float* piece = memory_.get() + used_;
        used_ += floats;
        return piece;
    }

  private:
    std::unique_ptr<float[]> memory_;
    std::int64_t used_ = 0;
};

/// Rows of T, `stride` apart, as the right side of a product over rows: (k, column) = (row, element).
template <typename T>
[[gnu::always_inline]] inline void pack_rows(const T* from, std::int64_t stride, std::int64_t rows, std::int64_t dim,
                                             std::int64_t panel_rows, float scale, float* to) {
    for (std::int64_t start = 0; start < dim; start += tile_columns) {
        const std::int64_t count = dim - start < tile_columns ? dim - start : tile_columns;
        float* panel = to + start * panel_rows;
        for (std::int64_t row = 0; row < rows; ++row) {
            const T* piece = from + row * stride + start;
            if (count == tile_columns) {
                for (int i = 0; i < tile_columns; ++i) panel[row * tile_columns + i] = load(piece[i]) * scale;
            } else {
                for (std::int64_t i = 0; i < count; ++i) panel[row * tile_columns + i] = load(piece[i]) * scale;
            }
        }
    }
}
/// The same rows transposed: (k, column) = (element, row).
template <typename T>
[[gnu::always_inline]] inline void pack_transposed(const T* from, std::int64_t stride, std::int64_t rows,
                                                   std::int64_t dim, std::int64_t wide, float* to) {
    for (std::int64_t row = 0; row < rows; ++row) {
        float* panel = to + row / tile_columns * wide * tile_columns + row % tile_columns;
        for (std::int64_t i = 0; i < dim; ++i) panel[i * tile_columns] = load(from[row * stride + i]);
    }
}
/// Rows as a left side [block_rows, wide]; the rows past the last one become zero.
template <typename T>
[[gnu::always_inline]] inline void copy_rows(const T* from, std::int64_t stride, std::int64_t rows, std::int64_t dim,
                                             std::int64_t wide, float scale, float* to) {
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t i = 0; i < dim; ++i) to[row * wide + i] = load(from[row * stride + i]) * scale;
    }
    for (std::int64_t i = rows * wide; i < round_up(rows, tile_rows) * wide; ++i) to[i] = 0.0F;
}
template <typename T>
[[gnu::always_inline]] inline void store_row(const float* from, std::int64_t dim, float scale, T* to) {
    for (std::int64_t i = 0; i < dim; ++i) store(to[i], from[i] * scale);
}

/// scores[0, keys) becomes e^(score - top), zero from `visible` on; returns the top and the sum.
struct Exponentials {
    float top;
    float sum;
};
[[gnu::always_inline]] inline Exponentials exponentials(float* scores, std::int64_t visible, std::int64_t keys) {
    float tops[lanes];
    for (float& one : tops) one = scores[0];
    std::int64_t j = 0;
    for (; j + lanes <= visible; j += lanes) {
        for (int lane = 0; lane < lanes; ++lane)
            tops[lane] = scores[j + lane] > tops[lane] ? scores[j + lane] : tops[lane];
    }
    for (; j < visible; ++j) tops[0] = scores[j] > tops[0] ? scores[j] : tops[0];
    float top = tops[0];
    for (const float one : tops) top = one > top ? one : top;
    for (j = 0; j < visible; ++j) scores[j] = exponential(scores[j] - top);
    for (j = visible; j < keys; ++j) scores[j] = 0.0F;
    float partial[lanes] = {};
    for (j = 0; j + lanes <= visible; j += lanes) {
        for (int lane = 0; lane < lanes; ++lane) partial[lane] += scores[j + lane];
    }
    for (; j < visible; ++j) partial[0] += scores[j];
    return {top, sum_lanes(partial)};
}

[[gnu::always_inline]] inline float dot(const float* a, const float* b, std::int64_t width) {
    float partial[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= width; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane) partial[lane] += a[i + lane] * b[i + lane];
    }
    for (; i < width; ++i) partial[0] += a[i] * b[i];
    return sum_lanes(partial);
}

template <typename Registers, typename T>
[[gnu::always_inline]] inline void run_task(const CausalForward<T>& pass, const Task& t, Workspace& space) {
    space.start();
    float* keys = space.take(t.keys * t.wide);  // transposed
    float* values = space.take(t.keys * t.wide);
    float* queries = space.take(block_rows * t.wide);
    float* sums = space.take(block_rows * t.wide);
    float* scores = space.take(block_rows * t.keys);
    const T* rows = pass.qkv + t.first * t.width;
    pack_transposed(rows + t.k_column, t.width, t.length, t.dim, t.wide, keys);
    pack_rows(rows + t.v_column, t.width, t.length, t.dim, t.keys, 1.0F, values);
    const float scale = 1.0F / std::sqrt(static_cast<float>(t.dim));

    for (std::int64_t head = t.kv_head * t.group; head < (t.kv_head + 1) * t.group; ++head) {
        for (std::int64_t start = 0; start < t.length; start += block_rows) {
            const std::int64_t count = t.length - start < block_rows ? t.length - start : block_rows;
            const std::int64_t padded = round_up(count, tile_rows);
            const std::int64_t seen = round_up(start + count, tile_columns);
            copy_rows(rows + start * t.width + head * t.dim, t.width, count, t.dim, t.wide, scale, queries);
            tile_product<Registers>({queries, t.wide, 1}, {keys, t.wide * tile_columns}, t.dim, scores, t.keys, padded,
                                    seen, false);
            float inverse[block_rows];
            for (std::int64_t i = 0; i < count; ++i) {
                const Exponentials e = exponentials(scores + i * t.keys, start + i + 1, seen);
                inverse[i] = 1.0F / e.sum;
                pass.logsumexp[(t.first + start + i) * pass.layout.heads + head] = e.top + std::log(e.sum);
            }
            tile_product<Registers>({scores, t.keys, 1}, {values, t.keys * tile_columns}, start + count, sums, t.wide,
                                    padded, t.wide, false);
            for (std::int64_t i = 0; i < count; ++i) {
                store_row(sums + i * t.wide, t.dim, inverse[i],
                          pass.out + (t.first + start + i) * t.out_width + head * t.dim);
            }
        }
    }
}

template <typename Registers, typename T>
[[gnu::always_inline]] inline void run_task(const CausalBackward<T>& pass, const Task& t, Workspace& space) {
    space.start();
    float* keys = space.take(t.keys * t.wide);
    float* keys_transposed = space.take(t.keys * t.wide);
    float* values_transposed = space.take(t.keys * t.wide);
    float* d_keys = space.take(t.keys * t.wide);
    float* d_values = space.take(t.keys * t.wide);
    for (std::int64_t i = 0; i < t.keys * t.wide; ++i) d_keys[i] = d_values[i] = 0.0F;
    float* queries = space.take(block_rows * t.wide);
    float* query_panels = space.take(block_rows * t.wide);
    float* d_outs = space.take(block_rows * t.wide);
    float* d_out_panels = space.take(block_rows * t.wide);
    float* d_queries = space.take(block_rows * t.wide);
    float* outs = space.take(block_rows * t.wide);
    float* weights = space.take(block_rows * t.keys);
    float* d_scores = space.take(block_rows * t.keys);
    const T* rows = pass.qkv + t.first * t.width;
    pack_rows(rows + t.k_column, t.width, t.length, t.dim, t.keys, 1.0F, keys);
    pack_transposed(rows + t.k_column, t.width, t.length, t.dim, t.wide, keys_transposed);
    pack_transposed(rows + t.v_column, t.width, t.length, t.dim, t.wide, values_transposed);
    const std::int64_t key_panel = t.keys * tile_columns;
    const std::int64_t transposed_panel = t.wide * tile_columns;
    const std::int64_t block_panel = block_rows * tile_columns;
    const float scale = 1.0F / std::sqrt(static_cast<float>(t.dim));

    for (std::int64_t head = t.kv_head * t.group; head < (t.kv_head + 1) * t.group; ++head) {
        for (std::int64_t start = 0; start < t.length; start += block_rows) {
            const std::int64_t count = t.length - start < block_rows ? t.length - start : block_rows;
            const std::int64_t padded = round_up(count, tile_rows);
            const std::int64_t end = start + count;
            const std::int64_t seen = round_up(end, tile_round);
            const T* query_rows = rows + start * t.width + head * t.dim;
            const T* d_out_rows = pass.d_out + (t.first + start) * t.out_width + head * t.dim;
            const T* out_rows = pass.out + (t.first + start) * t.out_width + head * t.dim;
            copy_rows(query_rows, t.width, count, t.dim, t.wide, scale, queries);
            pack_rows(query_rows, t.width, count, t.dim, block_rows, scale, query_panels);
            copy_rows(d_out_rows, t.out_width, count, t.dim, t.wide, 1.0F, d_outs);
            pack_rows(d_out_rows, t.out_width, count, t.dim, block_rows, 1.0F, d_out_panels);
            copy_rows(out_rows, t.out_width, count, t.dim, t.wide, 1.0F, outs);
            tile_product<Registers>({queries, t.wide, 1}, {keys_transposed, transposed_panel}, t.dim, weights, t.keys,
                                    padded, seen, false);
            tile_product<Registers>({d_outs, t.wide, 1}, {values_transposed, transposed_panel}, t.dim, d_scores, t.keys,
                                    padded, seen, false);
            for (std::int64_t i = 0; i < count; ++i) {
                float* p = weights + i * t.keys;
                float* ds = d_scores + i * t.keys;
                const float logsumexp = pass.logsumexp[(t.first + start + i) * pass.layout.heads + head];
                const float delta = dot(d_outs + i * t.wide, outs + i * t.wide, t.dim);
                const std::int64_t visible = start + i + 1;
                for (std::int64_t j = 0; j < visible; ++j) {
                    p[j] = exponential(p[j] - logsumexp);
                    ds[j] = p[j] * (ds[j] - delta);
                }
                for (std::int64_t j = visible; j < seen; ++j) p[j] = ds[j] = 0.0F;
            }
            tile_product<Registers>({d_scores, t.keys, 1}, {keys, key_panel}, end, d_queries, t.wide, padded, t.wide,
                                    false);
            for (std::int64_t i = 0; i < count; ++i) {
                store_row(d_queries + i * t.wide, t.dim, scale,
                          pass.d_qkv + (t.first + start + i) * t.width + head * t.dim);
            }
            const std::int64_t reached = round_up(end, tile_rows);
            tile_product<Registers>({weights, 1, t.keys}, {d_out_panels, block_panel}, count, d_values, t.wide, reached,
                                    t.wide, true);
            tile_product<Registers>({d_scores, 1, t.keys}, {query_panels, block_panel}, count, d_keys, t.wide, reached,
                                    t.wide, true);
        }
    }
    for (std::int64_t row = 0; row < t.length; ++row) {
        T* to = pass.d_qkv + (t.first + row) * t.width;
        store_row(d_keys + row * t.wide, t.dim, 1.0F, to + t.k_column);
        store_row(d_values + row * t.wide, t.dim, 1.0F, to + t.v_column);
    }
}

template <typename T>
std::int64_t workspace(const CausalForward<T>& /*pass*/, const Task& t) {
    return 2 * t.keys * t.wide + block_rows * (2 * t.wide + t.keys);
}
template <typename T>
std::int64_t workspace(const CausalBackward<T>& /*pass*/, const Task& t) {
    return 5 * t.keys * t.wide + block_rows * (6 * t.wide + 2 * t.keys);
}

template <typename Registers, typename Pass>
[[gnu::always_inline]] inline void run_range(const Pass& pass, std::int64_t first, std::int64_t last) {
    std::int64_t most = 0;
    for (std::int64_t task = first; task < last; ++task) most = std::max(most, workspace(pass, task_of(pass, task)));
    Workspace space(most);
    for (std::int64_t task = first; task < last; ++task) run_task<Registers>(pass, task_of(pass, task), space);
}

template <typename Pass>
[[gnu::target("arch=x86-64-v4")]] void run_avx512(const Pass& pass, std::int64_t first, std::int64_t last) {
    run_range<Wide>(pass, first, last);
}
template <typename Pass>
[[gnu::target("arch=x86-64-v3")]] void run_avx2(const Pass& pass, std::int64_t first, std::int64_t last) {
    run_range<Narrow>(pass, first, last);
}
template <typename Pass>
void run_on_this_cpu(const Pass& pass, std::int64_t first, std::int64_t last) {
    if (__builtin_cpu_supports("x86-64-v4")) {
        run_avx512(pass, first, last);
    } else if (__builtin_cpu_supports("x86-64-v3")) {
        run_avx2(pass, first, last);
    } else {
        run_range<Narrow>(pass, first, last);
    }
}

}  // namespace

void run_tasks(const CausalForward<float>& pass, std::int64_t first, std::int64_t last) {
    run_on_this_cpu(pass, first, last);
}
void run_tasks(const CausalForward<c10::BFloat16>& pass, std::int64_t first, std::int64_t last) {
    run_on_this_cpu(pass, first, last);
}
void run_tasks(const CausalBackward<float>& pass, std::int64_t first, std::int64_t last) {
    run_on_this_cpu(pass, first, last);
}
void run_tasks(const CausalBackward<c10::BFloat16>& pass, std::int64_t first, std::int64_t last) {
    run_on_this_cpu(pass, first, last);
}

}  // namespace anabranch::lm::kernels
