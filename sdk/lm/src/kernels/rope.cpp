#include <ATen/ATen.h>
#include <anabranch/lm/kernels/rope.h>

#include <cmath>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::load;
using kernels::store;

template <typename T>
struct Rotation {
    T* x;
    const std::int64_t* positions;
    const float* cos;
    const float* sin;
    std::int64_t stride;  // of a row of x
    std::int64_t heads;
    std::int64_t half;  // head_dim / 2
    float direction;
};

template <typename T>
[[gnu::always_inline]] inline void rotate_rows(const Rotation<T>& r, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const float* cos = r.cos + r.positions[row] * r.half;
        const float* sin = r.sin + r.positions[row] * r.half;
        for (std::int64_t head = 0; head < r.heads; ++head) {
            T* low = r.x + row * r.stride + head * 2 * r.half;
            T* high = low + r.half;
            for (std::int64_t i = 0; i < r.half; ++i) {
                const float a = load(low[i]);
                const float b = load(high[i]);
                const float s = sin[i] * r.direction;
                store(low[i], a * cos[i] - b * s);
                store(high[i], b * cos[i] + a * s);
            }
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void rotate(const Rotation<float>& r,
                                                                                  std::int64_t first,
                                                                                  std::int64_t last) {
    rotate_rows(r, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void rotate(const Rotation<c10::BFloat16>& r,
                                                                                  std::int64_t first,
                                                                                  std::int64_t last) {
    rotate_rows(r, first, last);
}

}  // namespace

Rope make_rope(std::int64_t context, std::span<const double> frequencies, at::Device device) {
    const at::Tensor per_position = at::tensor(at::ArrayRef<double>(frequencies.data(), frequencies.size()));
    const at::Tensor angles = at::outer(at::arange(context, at::kDouble), per_position);
    return {angles.cos().to(device, at::kFloat).contiguous(), angles.sin().to(device, at::kFloat).contiguous()};
}

void apply_rope(at::Tensor& x, const at::Tensor& positions, const Rope& rope, std::int64_t heads, bool inverse) {
    const std::int64_t half = rope.cos.size(1);
    const float direction = inverse ? -1.0F : 1.0F;
    if (!kernels::has_cpu_kernel(x)) {
        const at::Tensor view = x.narrow(1, 0, heads * 2 * half).view({x.size(0), heads, 2, half});
        const at::Tensor cos = rope.cos.index_select(0, positions).unsqueeze(1);
        const at::Tensor sin = rope.sin.index_select(0, positions).unsqueeze(1) * direction;
        const at::Tensor low = view.select(2, 0).to(at::kFloat);
        const at::Tensor high = view.select(2, 1).to(at::kFloat);
        view.select(2, 0).copy_(low * cos - high * sin);
        view.select(2, 1).copy_(high * cos + low * sin);
        return;
    }
    kernels::for_element_type(x, [&]<typename T>(T) {
        const Rotation<T> r{x.mutable_data_ptr<T>(),
                            positions.const_data_ptr<std::int64_t>(),
                            rope.cos.const_data_ptr<float>(),
                            rope.sin.const_data_ptr<float>(),
                            x.stride(0),
                            heads,
                            half,
                            direction};
        kernels::for_rows(x.size(0), heads * 2 * half,
                          [&](std::int64_t first, std::int64_t last) { rotate(r, first, last); });
    });
}

}  // namespace anabranch::lm
