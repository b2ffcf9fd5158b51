#include <ATen/ATen.h>
#include <anabranch/lm/kernels/swiglu.h>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::load;
using kernels::store;

template <typename T>
struct Forward {
    const T* gate_up;
    T* out;
    std::int64_t width;  // F
};

template <typename T>
struct Backward {
    const T* d_out;
    const T* gate_up;
    T* d_gate_up;
    std::int64_t width;
};

template <typename T>
[[gnu::always_inline]] inline void forward_rows(const Forward<T>& f, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const T* gate = f.gate_up + row * 2 * f.width;
        const T* up = gate + f.width;
        T* out = f.out + row * f.width;
        for (std::int64_t i = 0; i < f.width; ++i) {
            const float g = load(gate[i]);
            store(out[i], g / (1.0F + kernels::exponential(-g)) * load(up[i]));
        }
    }
}

template <typename T>
[[gnu::always_inline]] inline void backward_rows(const Backward<T>& b, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const T* gate = b.gate_up + row * 2 * b.width;
        const T* up = gate + b.width;
        T* d_gate = b.d_gate_up + row * 2 * b.width;
        T* d_up = d_gate + b.width;
        const T* d_out = b.d_out + row * b.width;
        // Through two small buffers: with two BFloat16 stores in it the loop would not vectorise.
        constexpr std::int64_t block = 64;
        for (std::int64_t start = 0; start < b.width; start += block) {
            const std::int64_t count = b.width - start < block ? b.width - start : block;
            float gates[block];
            float ups[block];
            for (std::int64_t i = 0; i < count; ++i) {
                const float g = load(gate[start + i]);
                const float sigmoid = 1.0F / (1.0F + kernels::exponential(-g));
                const float d = load(d_out[start + i]);
                ups[i] = d * g * sigmoid;
                gates[i] = d * load(up[start + i]) * sigmoid * (1.0F + g * (1.0F - sigmoid));
            }
            for (std::int64_t i = 0; i < count; ++i) store(d_gate[start + i], gates[i]);
            for (std::int64_t i = 0; i < count; ++i) store(d_up[start + i], ups[i]);
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

at::Tensor swiglu(const at::Tensor& gate_up) {
    const std::int64_t width = gate_up.size(1) / 2;
    if (!kernels::has_cpu_kernel(gate_up))
        return at::silu(gate_up.narrow(1, 0, width)) * gate_up.narrow(1, width, width);
    at::Tensor out = at::empty({gate_up.size(0), width}, gate_up.options());
    kernels::for_element_type(gate_up, [&]<typename T>(T) {
        const Forward<T> f{gate_up.const_data_ptr<T>(), out.mutable_data_ptr<T>(), width};
        kernels::for_rows(gate_up.size(0), width,
                          [&](std::int64_t first, std::int64_t last) { forward(f, first, last); });
    });
    return out;
}

at::Tensor swiglu_backward(const at::Tensor& d_out, const at::Tensor& gate_up) {
    const std::int64_t width = gate_up.size(1) / 2;
    if (!kernels::has_cpu_kernel(gate_up)) {
        const at::Tensor gate = gate_up.narrow(1, 0, width);
        return at::cat({at::silu_backward(d_out * gate_up.narrow(1, width, width), gate), d_out * at::silu(gate)}, 1);
    }
    at::Tensor d_gate_up = at::empty_like(gate_up);
    kernels::for_element_type(gate_up, [&]<typename T>(T) {
        const Backward<T> b{d_out.const_data_ptr<T>(), gate_up.const_data_ptr<T>(), d_gate_up.mutable_data_ptr<T>(),
                            width};
        kernels::for_rows(gate_up.size(0), width,
                          [&](std::int64_t first, std::int64_t last) { backward(b, first, last); });
    });
    return d_gate_up;
}

}  // namespace anabranch::lm
