#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/kernels/weight.h>

namespace anabranch::lm {

/// The matrix products of a model with frozen weights, none of them recorded by autograd.
/// One place decides who computes them: on the CPU oneDNN, MKL where that is faster, and in float32 on AMX a product of
/// our own.

/// x W^T: x [T, K], weight [N, K] -> [T, N].
[[nodiscard]] at::Tensor project(const at::Tensor& x, const at::Tensor& weight);
/// dy W: the gradient of `project` for its input. dy [T, N], weight [N, K] -> [T, K].
[[nodiscard]] at::Tensor project_gradient(const at::Tensor& dy, const at::Tensor& weight);
/// A copy of `weight` laid out for `project` with about so many rows of x, and for nothing else; the weight itself
/// where that would not pay. In bfloat16 oneDNN lays the weight out anew at each call, which at few rows is half of its
/// time.
[[nodiscard]] at::Tensor packed_for_rows(const at::Tensor& weight, std::int64_t rows);
/// y += scale * u B^T, in place: u [T, R], b [N, R], y [T, N].
void add_projection(at::Tensor& y, const at::Tensor& u, const at::Tensor& b, double scale);

/// The same for a weight that may be int8. Few rows of x meet the int8 numbers as they are, with sums in float32; for
/// more, blocks of the weight's rows become numbers of x's type, 8 MB at a time, and go through the products above.
[[nodiscard]] at::Tensor project(const at::Tensor& x, const Weight& weight);
[[nodiscard]] at::Tensor project_gradient(const at::Tensor& dy, const Weight& weight);
/// An int8 weight stays as it is.
[[nodiscard]] Weight packed_for_rows(const Weight& weight, std::int64_t rows);

}  // namespace anabranch::lm
