#include <ATen/ATen.h>
#include <anabranch/lm/kernels/attention.h>

#include <cmath>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::lanes;
using kernels::load;
using kernels::store;

template <typename T>
struct Decode {
    const T* qkv;
    const T* keys;
    const T* values;
    T* out;
    const std::int64_t* slots;
    const std::int64_t* lengths;
    std::int64_t capacity;
    HeadLayout layout;
    float scale;
};

template <typename T>
[[gnu::always_inline]] inline float dot(const float* a, const T* b, std::int64_t width) {
    float partial[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= width; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane) partial[lane] += a[i + lane] * load(b[i + lane]);
    }
    for (; i < width; ++i) partial[0] += a[i] * load(b[i]);
    return kernels::sum_lanes(partial);
}

/// One (row, kv head): its group of query heads shares each key and value that is read.
template <typename T>
[[gnu::always_inline]] inline void one_group(const Decode<T>& d, std::int64_t row, std::int64_t kv_head,
                                             float* scratch) {
    const HeadLayout& l = d.layout;
    const std::int64_t group = l.heads / l.kv_heads;
    const std::int64_t length = d.lengths[row];
    const std::int64_t block = (d.slots[row] * l.kv_heads + kv_head) * d.capacity * l.head_dim;
    float* query = scratch;
    float* sums = query + group * l.head_dim;
    float* scores = sums + group * l.head_dim;
    const T* q = d.qkv + row * l.width() + kv_head * group * l.head_dim;
    for (std::int64_t i = 0; i < group * l.head_dim; ++i) {
        query[i] = load(q[i]) * d.scale;
        sums[i] = 0.0F;
    }
    for (std::int64_t t = 0; t < length; ++t) {
        for (std::int64_t g = 0; g < group; ++g) {
            scores[g * length + t] = dot(query + g * l.head_dim, d.keys + block + t * l.head_dim, l.head_dim);
        }
    }
    for (std::int64_t g = 0; g < group; ++g) {
        float* s = scores + g * length;
        float top = s[0];
        for (std::int64_t t = 1; t < length; ++t) top = s[t] > top ? s[t] : top;
        for (std::int64_t t = 0; t < length; ++t) s[t] = kernels::exponential(s[t] - top);
        float total = 0.0F;
        for (std::int64_t t = 0; t < length; ++t) total += s[t];
        for (std::int64_t t = 0; t < length; ++t) s[t] /= total;
    }
    for (std::int64_t t = 0; t < length; ++t) {
        const T* value = d.values + block + t * l.head_dim;
        for (std::int64_t g = 0; g < group; ++g) {
            const float weight = scores[g * length + t];
            float* sum = sums + g * l.head_dim;
            for (std::int64_t i = 0; i < l.head_dim; ++i) sum[i] += weight * load(value[i]);
        }
    }
    T* out = d.out + row * l.query_width() + kv_head * group * l.head_dim;
    for (std::int64_t i = 0; i < group * l.head_dim; ++i) store(out[i], sums[i]);
}

template <typename T>
[[gnu::always_inline]] inline void group_range(const Decode<T>& d, std::int64_t first, std::int64_t last,
                                               float* scratch) {
    for (std::int64_t task = first; task < last; ++task) {
        one_group(d, task / d.layout.kv_heads, task % d.layout.kv_heads, scratch);
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void groups(const Decode<float>& d,
                                                                                  std::int64_t first, std::int64_t last,
                                                                                  float* scratch) {
    group_range(d, first, last, scratch);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void groups(const Decode<c10::BFloat16>& d,
                                                                                  std::int64_t first, std::int64_t last,
                                                                                  float* scratch) {
    group_range(d, first, last, scratch);
}

at::Tensor with_operators(const at::Tensor& qkv, const at::Tensor& keys, const at::Tensor& values,
                          std::span<const std::int64_t> slots, std::span<const std::int64_t> lengths,
                          const HeadLayout& layout) {
    const auto rows = static_cast<std::int64_t>(slots.size());
    const std::int64_t longest = *std::ranges::max_element(lengths);
    const auto index = [&](std::span<const std::int64_t> list) {
        return at::tensor(at::ArrayRef<std::int64_t>(list.data(), list.size()), qkv.options().dtype(at::kLong));
    };
    const auto cached = [&](const at::Tensor& cache) {
        return cache.index_select(0, index(slots))
            .narrow(2, 0, longest)
            .repeat_interleave(layout.heads / layout.kv_heads, 1);
    };
    const at::Tensor q = qkv.narrow(1, 0, layout.query_width()).view({rows, layout.heads, 1, layout.head_dim});
    const at::Tensor visible =
        at::arange(longest, qkv.options().dtype(at::kLong)).unsqueeze(0) < index(lengths).unsqueeze(1);
    return at::scaled_dot_product_attention(q, cached(keys), cached(values), visible.view({rows, 1, 1, longest}))
        .reshape({rows, layout.query_width()});
}

}  // namespace

at::Tensor cached_attention(const at::Tensor& qkv, const at::Tensor& keys, const at::Tensor& values,
                            std::span<const std::int64_t> slots, std::span<const std::int64_t> lengths,
                            const HeadLayout& layout) {
    if (!kernels::has_cpu_kernel(qkv)) return with_operators(qkv, keys, values, slots, lengths, layout);
    const auto rows = static_cast<std::int64_t>(slots.size());
    const std::int64_t longest = *std::ranges::max_element(lengths);
    at::Tensor out = at::empty({rows, layout.query_width()}, qkv.options());
    kernels::for_element_type(qkv, [&]<typename T>(T) {
        const Decode<T> d{qkv.const_data_ptr<T>(),
                          keys.const_data_ptr<T>(),
                          values.const_data_ptr<T>(),
                          out.mutable_data_ptr<T>(),
                          slots.data(),
                          lengths.data(),
                          keys.size(2),
                          layout,
                          1.0F / std::sqrt(static_cast<float>(layout.head_dim))};
        at::parallel_for(0, rows * layout.kv_heads, 1, [&](std::int64_t first, std::int64_t last) {
            const std::int64_t group = layout.heads / layout.kv_heads;
            std::vector<float> scratch(static_cast<std::size_t>(group * (2 * layout.head_dim + longest)));
            groups(d, first, last, scratch.data());
        });
    });
    return out;
}

}  // namespace anabranch::lm
