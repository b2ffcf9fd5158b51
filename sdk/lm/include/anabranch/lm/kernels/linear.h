#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

/// The matrix products of a model with frozen weights, none of them recorded by autograd.
/// One place decides which library computes them: oneDNN on the CPU (on AMD it beats MKL, most at few rows).

/// x W^T: x [T, K], weight [N, K] -> [T, N].
[[nodiscard]] at::Tensor project(const at::Tensor& x, const at::Tensor& weight);
/// dy W: the gradient of `project` for its input. dy [T, N], weight [N, K] -> [T, K].
[[nodiscard]] at::Tensor project_gradient(const at::Tensor& dy, const at::Tensor& weight);
/// y += scale * u B^T, in place: u [T, R], b [N, R], y [T, N].
void add_projection(at::Tensor& y, const at::Tensor& u, const at::Tensor& b, double scale);

}  // namespace anabranch::lm
