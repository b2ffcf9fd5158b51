#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

/// dy^T x in float32: the gradient of x W^T for W. dy [T, N], x [T, K] of one dtype -> [N, K].
[[nodiscard]] at::Tensor weight_gradient(const at::Tensor& dy, const at::Tensor& x);
/// The same, added to `sum` [N, K] float32 in place.
void add_weight_gradient(at::Tensor& sum, const at::Tensor& dy, const at::Tensor& x);
/// The gradient [D] float32 of an RMS norm's weight: sum over rows of dy * x * rstd. dy, x [T, D], rstd [T] float32.
[[nodiscard]] at::Tensor norm_weight_gradient(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& rstd);

}  // namespace anabranch::lm
