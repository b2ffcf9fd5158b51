#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

/// y = x * rstd * weight with rstd = 1 / sqrt(mean(x^2) + eps), statistics in float32 (Zhang & Sennrich 2019).
struct RmsNorm {
    at::Tensor y;     ///< [T, D], dtype of x
    at::Tensor rstd;  ///< [T] float32
};
/// x [T, D], weight [D] of the same dtype.
[[nodiscard]] RmsNorm rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);
/// dx for a frozen weight, plus `residual` (the gradient that reaches x past the norm), if defined. All [T, D].
[[nodiscard]] at::Tensor rms_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& rstd,
                                           const at::Tensor& weight, const at::Tensor& residual);

}  // namespace anabranch::lm
