#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/kernels/weight.h>

#include "dispatch.h"
#include "vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::store;

template <typename T>
struct Rows {
    const std::int8_t* values;
    const float* scales;
    T* out;
    std::int64_t width;
};

template <typename T>
[[gnu::always_inline]] inline void plain(const Rows<T>& r, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
        const std::int8_t* values = r.values + row * r.width;
        T* out = r.out + row * r.width;
        const float scale = r.scales[row];
        for (std::int64_t i = 0; i < r.width; ++i) store(out[i], scale * static_cast<float>(values[i]));
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void plain_range(const Rows<float>& r,
                                                                                       std::int64_t first,
                                                                                       std::int64_t last) {
    plain(r, first, last);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void plain_range(const Rows<c10::BFloat16>& r,
                                                                                       std::int64_t first,
                                                                                       std::int64_t last) {
    plain(r, first, last);
}

/// values [N, K] int8, scales [N], both contiguous.
at::Tensor scaled(const at::Tensor& values, const at::Tensor& scales, at::ScalarType dtype) {
    at::Tensor out = at::empty(values.sizes(), values.options().dtype(dtype));
    if (!kernels::has_cpu_kernel(out)) {
        at::mul_out(out, values.to(dtype), scales.unsqueeze(1).to(dtype));
        return out;
    }
    kernels::for_element_type(out, [&]<typename T>(T) {
        const Rows<T> rows{values.const_data_ptr<std::int8_t>(), scales.const_data_ptr<float>(),
                           out.mutable_data_ptr<T>(), values.size(1)};
        kernels::for_rows(values.size(0), rows.width,
                          [&](std::int64_t first, std::int64_t last) { plain_range(rows, first, last); });
    });
    return out;
}

}  // namespace

Weight quantise(const at::Tensor& rows) {
    const std::int64_t count = rows.size(0);
    Weight made(at::empty(rows.sizes(), rows.options().dtype(at::kChar)), at::empty({count}, rows.options()));
    // A block at a time: its temporaries are small beside the matrix.
    const std::int64_t block = std::max<std::int64_t>(1, (1 << 20) / std::max<std::int64_t>(1, rows.size(1)));
    for (std::int64_t first = 0; first < count; first += block) {
        const std::int64_t size = std::min(block, count - first);
        const at::Tensor part = rows.narrow(0, first, size);
        const at::Tensor scales = part.abs().amax(1).div_(127);
        const at::Tensor broken = scales.isfinite().logical_not_();
        if (broken.any().item<bool>())
            throw Error(cat("row ", first + broken.nonzero()[0].item<std::int64_t>(),
                            " holds a number that is not finite, which int8 has no place for"));
        made.scales.narrow(0, first, size).copy_(scales);
        const at::Tensor divisors = scales.masked_fill(scales == 0, 1).unsqueeze(1);
        made.values.narrow(0, first, size).copy_(part.div(divisors).round_().clamp_(-127, 127));
    }
    return made;
}

at::Tensor plain_rows(const Weight& weight, std::int64_t first, std::int64_t count, at::ScalarType dtype) {
    const at::Tensor values = weight.values.narrow(0, first, count);
    return weight.quantised() ? scaled(values, weight.scales.narrow(0, first, count), dtype) : values.to(dtype);
}

at::Tensor chosen_rows(const Weight& weight, const at::Tensor& index, at::ScalarType dtype) {
    const at::Tensor values = weight.values.index_select(0, index);
    return weight.quantised() ? scaled(values, weight.scales.index_select(0, index), dtype) : values.to(dtype);
}

}  // namespace anabranch::lm
