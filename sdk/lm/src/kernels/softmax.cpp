#include <ATen/ATen.h>
#include <anabranch/lm/kernels/token_logprobs.h>

#include <cmath>
#include <vector>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::lanes;
using kernels::load;
using kernels::store;

template <typename T>
struct Rows {
    T* logits;
    float* logsumexp;
    float* entropy;
    std::int64_t width;
    bool write;
};

/// `scratch` holds a row's exponentials.
template <typename T>
[[gnu::always_inline]] inline void softmax_rows(const Rows<T>& r, std::int64_t first, std::int64_t last,
                                                float* scratch) {
    for (std::int64_t row = first; row < last; ++row) {
        T* z = r.logits + row * r.width;
        float tops[lanes];
        for (float& top : tops) top = -INFINITY;
        std::int64_t i = 0;
        for (; i + lanes <= r.width; i += lanes) {
            for (int lane = 0; lane < lanes; ++lane) {
                const float value = load(z[i + lane]);
                tops[lane] = value > tops[lane] ? value : tops[lane];
            }
        }
        for (; i < r.width; ++i) tops[0] = load(z[i]) > tops[0] ? load(z[i]) : tops[0];
        float top = tops[0];
        for (const float other : tops) top = other > top ? other : top;

        float sums[lanes] = {};      // of e^(z - top)
        float weighted[lanes] = {};  // of e^(z - top) (z - top)
        i = 0;
        for (; i + lanes <= r.width; i += lanes) {
            for (int lane = 0; lane < lanes; ++lane) {
                const float below = load(z[i + lane]) - top;
                const float e = kernels::exponential(below);
                scratch[i + lane] = e;
                sums[lane] += e;
                weighted[lane] += e * below;
            }
        }
        for (; i < r.width; ++i) {
            const float below = load(z[i]) - top;
            const float e = kernels::exponential(below);
            scratch[i] = e;
            sums[0] += e;
            weighted[0] += e * below;
        }
        const float sum = kernels::sum_lanes(sums);
        r.logsumexp[row] = top + std::log(sum);
        r.entropy[row] = std::log(sum) - kernels::sum_lanes(weighted) / sum;
        if (r.write) {
            const float inverse = 1.0F / sum;
            for (i = 0; i < r.width; ++i) store(z[i], scratch[i] * inverse);
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void softmax(const Rows<float>& r,
                                                                                   std::int64_t first,
                                                                                   std::int64_t last, float* scratch) {
    softmax_rows(r, first, last, scratch);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void softmax(const Rows<c10::BFloat16>& r,
                                                                                   std::int64_t first,
                                                                                   std::int64_t last, float* scratch) {
    softmax_rows(r, first, last, scratch);
}

}  // namespace

SoftmaxSums softmax_in_place(at::Tensor& logits, bool write_probabilities) {
    const auto floats = logits.options().dtype(at::kFloat);
    if (!kernels::has_cpu_kernel(logits)) {
        const at::Tensor log_softmax = at::log_softmax(logits, -1, at::kFloat);
        const at::Tensor probabilities = log_softmax.exp();
        SoftmaxSums sums{logits.select(1, 0).to(at::kFloat) - log_softmax.select(1, 0),
                         -(probabilities * log_softmax).sum(-1)};
        if (write_probabilities) logits.copy_(probabilities);
        return sums;
    }
    SoftmaxSums sums{at::empty({logits.size(0)}, floats), at::empty({logits.size(0)}, floats)};
    kernels::for_element_type(logits, [&]<typename T>(T) {
        const Rows<T> rows{logits.mutable_data_ptr<T>(), sums.logsumexp.mutable_data_ptr<float>(),
                           sums.entropy.mutable_data_ptr<float>(), logits.size(1), write_probabilities};
        kernels::for_rows(logits.size(0), rows.width, [&](std::int64_t first, std::int64_t last) {
            std::vector<float> row(static_cast<std::size_t>(rows.width));
            softmax(rows, first, last, row.data());
        });
    });
    return sums;
}

std::int64_t logit_chunk_rows(const at::Tensor& hidden, const Weight& head) {
    const std::int64_t row = head.size(0) * static_cast<std::int64_t>(hidden.element_size());
    const std::int64_t most = std::max<std::int64_t>(16, (std::int64_t{32} << 20) / row - 1);
    const std::int64_t rows = std::max<std::int64_t>(1, hidden.size(0));
    const std::int64_t chunks = (rows + most - 1) / most;
    return (rows + chunks - 1) / chunks;
}

}  // namespace anabranch::lm
