#include "anabranch/lm/rl/masked.h"

#include <ATen/ATen.h>

namespace anabranch::lm {

at::Tensor masked_mean(const at::Tensor& values, const at::Tensor& mask) {
    return values.masked_fill(mask == 0, 0).sum() / mask.sum();
}

at::Tensor masked_variance(const at::Tensor& values, const at::Tensor& mask, bool unbiased) {
    at::Tensor variance = masked_mean((values - masked_mean(values, mask)).square(), mask);
    if (!unbiased) return variance;
    const at::Tensor count = mask.sum();
    return variance * (count / (count - 1).clamp_min(1));
}

at::Tensor masked_whiten(const at::Tensor& values, const at::Tensor& mask, bool shift_mean, bool unbiased) {
    const at::Tensor mean = masked_mean(values, mask);
    const at::Tensor whitened = (values - mean) * (masked_variance(values, mask, unbiased) + 1e-8).rsqrt();
    return shift_mean ? whitened : whitened + mean;
}

}  // namespace anabranch::lm
