#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/kernels/weight.h>

namespace anabranch::lm::kernels {

/// Whether the product of these rows of x with an int8 weight is faster by `int8_product` than by making the weight
/// plain first.
[[nodiscard]] bool prefers_int8_product(const at::Tensor& x);

/// x W^T on the CPU without a plain copy of W: x [T, K] float32 or bfloat16 -> [T, N] of x's type, sums in float32.
/// Each result adds its terms in one order, whatever the other rows are.
[[nodiscard]] at::Tensor int8_product(const at::Tensor& x, const Weight& weight);

}  // namespace anabranch::lm::kernels
