#include <ATen/ATen.h>
#include <anabranch/lm/kernels/rms_norm.h>

#include <cmath>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::lanes;
using kernels::load;
using kernels::store;

template <typename T>
struct Forward {
    const T* x;
    const T* weight;
    T* y;
    float* rstd;
    std::int64_t width;
    float eps;
};

template <typename T>
struct Backward {
    const T* dy;
    const T* x;
    const float* rstd;
    const T* weight;
    const T* residual;  // may be null
    T* dx;
    std::int64_t width;
};

template <typename T, typename Term>
[[gnu::always_inline]] inline float sum(std::int64_t width, Term term) {
    float partial[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= width; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane) partial[lane] += term(i + lane);
    }
    for (; i < width; ++i) partial[0] += term(i);
    return kernels::sum_lanes(partial);
}

template <typename T>
[[gnu::always_inline]] inline void forward_rows(const Forward<T>& f, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const T* x = f.x + row * f.width;
        T* y = f.y + row * f.width;
        const float squares = sum<T>(
            f.width, [x](std::int64_t i) __attribute__((always_inline)) { return load(x[i]) * load(x[i]); });
        const float rstd = 1.0F / std::sqrt(squares / static_cast<float>(f.width) + f.eps);
        for (std::int64_t i = 0; i < f.width; ++i) store(y[i], load(x[i]) * rstd * load(f.weight[i]));
        f.rstd[row] = rstd;
    }
}

// dx = rstd * (w dy - x_hat mean(w dy x_hat)), x_hat = x rstd
template <typename T>
[[gnu::always_inline]] inline void backward_rows(const Backward<T>& b, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const T* x = b.x + row * b.width;
        const T* dy = b.dy + row * b.width;
        T* dx = b.dx + row * b.width;
        const T* weight = b.weight;
        const float rstd = b.rstd[row];
        const float dot = sum<T>(
            b.width, [=](std::int64_t i)
                         __attribute__((always_inline)) { return load(weight[i]) * load(dy[i]) * load(x[i]); });
        const float mean = dot * rstd * rstd / static_cast<float>(b.width);
        if (b.residual == nullptr) {
            for (std::int64_t i = 0; i < b.width; ++i)
                store(dx[i], rstd * (load(weight[i]) * load(dy[i]) - load(x[i]) * mean));
        } else {
            const T* residual = b.residual + row * b.width;
            for (std::int64_t i = 0; i < b.width; ++i) {
                store(dx[i], load(residual[i]) + rstd * (load(weight[i]) * load(dy[i]) - load(x[i]) * mean));
            }
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void forward(const Forward<float>& f,
                                                                                   std::int64_t first,
                                                                                   std::int64_t last) {
    forward_rows(f, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void forward(const Forward<c10::BFloat16>& f,
                                                                                   std::int64_t first,
                                                                                   std::int64_t last) {
    forward_rows(f, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void backward(const Backward<float>& b,
                                                                                    std::int64_t first,
                                                                                    std::int64_t last) {
    backward_rows(b, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void backward(const Backward<c10::BFloat16>& b,
                                                                                    std::int64_t first,
                                                                                    std::int64_t last) {
    backward_rows(b, first, last);
}

}  // namespace

RmsNorm rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    if (!kernels::has_cpu_kernel(x)) {
        const at::Tensor wide = x.to(at::kFloat);
        const at::Tensor rstd = at::rsqrt(wide.square().mean(-1) + eps);
        return {(wide * rstd.unsqueeze(-1)).to(x.scalar_type()) * weight, rstd};
    }
    RmsNorm out{at::empty_like(x), at::empty({x.size(0)}, x.options().dtype(at::kFloat))};
    kernels::for_element_type(x, [&]<typename T>(T) {
        const Forward<T> f{x.const_data_ptr<T>(),
                           weight.const_data_ptr<T>(),
                           out.y.mutable_data_ptr<T>(),
                           out.rstd.mutable_data_ptr<float>(),
                           x.size(1),
                           static_cast<float>(eps)};
        kernels::for_rows(x.size(0), f.width, [&](std::int64_t first, std::int64_t last) { forward(f, first, last); });
    });
    return out;
}

at::Tensor rms_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& rstd,
                             const at::Tensor& weight, const at::Tensor& residual) {
    if (!kernels::has_cpu_kernel(x)) {
        const at::Tensor scale = rstd.unsqueeze(-1);
        const at::Tensor hat = x.to(at::kFloat) * scale;
        const at::Tensor g = dy.to(at::kFloat) * weight.to(at::kFloat);
        const at::Tensor dx = (scale * (g - hat * (g * hat).mean(-1, true))).to(x.scalar_type());
        return residual.defined() ? dx + residual : dx;
    }
    at::Tensor dx = at::empty_like(x);
    kernels::for_element_type(x, [&]<typename T>(T) {
        const Backward<T> b{dy.const_data_ptr<T>(),
                            x.const_data_ptr<T>(),
                            rstd.const_data_ptr<float>(),
                            weight.const_data_ptr<T>(),
                            residual.defined() ? residual.const_data_ptr<T>() : nullptr,
                            dx.mutable_data_ptr<T>(),
                            x.size(1)};
        kernels::for_rows(x.size(0), b.width, [&](std::int64_t first, std::int64_t last) { backward(b, first, last); });
    });
    return dx;
}

}  // namespace anabranch::lm
