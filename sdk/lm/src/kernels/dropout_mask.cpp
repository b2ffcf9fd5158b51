#include <ATen/ATen.h>
#include <anabranch/lm/kernels/dropout_mask.h>
#include <anabranch/random.h>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::load;
using kernels::store;

/// Wellons' "lowbias32": a good mixture of 32 bits in a few operations that vectorise.
[[gnu::always_inline]] inline std::uint32_t mixed(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7FEB352DU;
    x = (x ^ (x >> 15)) * 0x846CA68BU;
    return x ^ (x >> 16);
}

template <typename T>
struct Drop {
    const T* x;
    T* out;
    std::int64_t width;
    Random random;
    std::uint32_t dropped;  // of 2^32
    float kept;
    bool add;
};

template <bool add, typename T>
[[gnu::always_inline]] inline void drop_row(const Drop<T>& d, std::int64_t row) {
    const auto keys = d.random.block(static_cast<std::uint64_t>(row));
    const T* x = d.x + row * d.width;
    T* out = d.out + row * d.width;
    const std::uint32_t dropped = d.dropped;  // read once: `out` might point to them, as far as a compiler knows
    const float kept = d.kept;
    for (std::int64_t i = 0; i < d.width; ++i) {
        const std::uint32_t drawn = mixed(mixed(static_cast<std::uint32_t>(i) + keys[0]) ^ keys[1]);
        const float left = load(x[i]) * (drawn < dropped ? 0.0F : kept);
        store(out[i], add ? load(out[i]) + left : left);
    }
}

template <typename T>
[[gnu::always_inline]] inline void drop_rows(const Drop<T>& d, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        if (d.add) {
            drop_row<true>(d, row);
        } else {
            drop_row<false>(d, row);
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void drops(const Drop<float>& d,
                                                                                 std::int64_t first,
                                                                                 std::int64_t last) {
    drop_rows(d, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void drops(const Drop<c10::BFloat16>& d,
                                                                                 std::int64_t first,
                                                                                 std::int64_t last) {
    drop_rows(d, first, last);
}

void apply(const at::Tensor& x, const at::Tensor& out, const Dropout& dropout, bool add) {
    kernels::for_element_type(x, [&]<typename T>(T) {
        const Drop<T> d{x.const_data_ptr<T>(),
                        out.mutable_data_ptr<T>(),
                        x.size(1),
                        Random(dropout.key),
                        static_cast<std::uint32_t>(dropout.probability * 4294967296.0),
                        static_cast<float>(1.0 / (1.0 - dropout.probability)),
                        add};
        kernels::for_rows(x.size(0), d.width, [&](std::int64_t first, std::int64_t last) { drops(d, first, last); });
    });
}

}  // namespace

at::Tensor dropout_mask(const at::Tensor& x, const Dropout& dropout) {
    // Drawn on the CPU whatever the device, so that a key means the same mask everywhere.
    at::Tensor mask = at::ones(x.sizes(), at::TensorOptions().dtype(x.scalar_type()));
    apply(mask, mask, dropout, false);
    return mask.to(x.device());
}

at::Tensor dropped(const at::Tensor& x, const Dropout& dropout) {
    if (!kernels::has_cpu_kernel(x)) return x * dropout_mask(x, dropout);
    at::Tensor out = at::empty_like(x);
    apply(x, out, dropout, false);
    return out;
}

void add_dropped(at::Tensor& sum, const at::Tensor& x, const Dropout& dropout) {
    if (!kernels::has_cpu_kernel(x)) {
        sum.addcmul_(x, dropout_mask(x, dropout));
        return;
    }
    apply(x, sum, dropout, true);
}

}  // namespace anabranch::lm
