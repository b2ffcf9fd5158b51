#include <ATen/ATen.h>
#include <anabranch/lm/kernels/dropout_mask.h>
#include <anabranch/random.h>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::store;

/// Wellons' "lowbias32": a good mixture of 32 bits in a few operations that vectorise.
[[gnu::always_inline]] inline std::uint32_t mixed(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7FEB352DU;
    x = (x ^ (x >> 15)) * 0x846CA68BU;
    return x ^ (x >> 16);
}

template <typename T>
struct Masks {
    T* out;
    std::int64_t width;
    Random random;
    std::uint32_t dropped;  // of 2^32
    float kept;
};

template <typename T>
[[gnu::always_inline]] inline void mask_rows(const Masks<T>& m, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const auto keys = m.random.block(static_cast<std::uint64_t>(row));
        T* out = m.out + row * m.width;
        for (std::int64_t i = 0; i < m.width; ++i) {
            const std::uint32_t drawn = mixed(mixed(static_cast<std::uint32_t>(i) + keys[0]) ^ keys[1]);
            store(out[i], drawn < m.dropped ? 0.0F : m.kept);
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void masks(const Masks<float>& m,
                                                                                 std::int64_t first,
                                                                                 std::int64_t last) {
    mask_rows(m, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void masks(const Masks<c10::BFloat16>& m,
                                                                                 std::int64_t first,
                                                                                 std::int64_t last) {
    mask_rows(m, first, last);
}

}  // namespace

at::Tensor dropout_mask(const at::Tensor& x, double probability, std::uint64_t key) {
    // Drawn on the CPU whatever the device, so that a key means the same mask everywhere.
    at::Tensor mask = at::empty(x.sizes(), at::TensorOptions().dtype(x.scalar_type()));
    const auto fill = [&]<typename T>(T) {
        const Masks<T> m{mask.mutable_data_ptr<T>(), mask.size(1), Random(key),
                         static_cast<std::uint32_t>(probability * 4294967296.0),
                         static_cast<float>(1.0 / (1.0 - probability))};
        kernels::for_rows(mask.size(0), m.width, [&](std::int64_t first, std::int64_t last) { masks(m, first, last); });
    };
    kernels::for_element_type(mask, fill);
    return mask.to(x.device());
}

}  // namespace anabranch::lm
