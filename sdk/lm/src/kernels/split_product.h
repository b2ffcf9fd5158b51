#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm::kernels {

/// Whether `split_product` is the fastest product of these float32 matrices: x on a CPU with AMX, and rows enough.
[[nodiscard]] bool prefers_split_product(const at::Tensor& x, const at::Tensor& weight);

/// x W^T in float32 on AMX, whose products take bfloat16: x [T, K], weight [N, K], one of its strides 1 -> [T, N].
/// Records no gradients.
///
/// Each number is the sum of three bfloat16, which hold its 24 bits; of the nine products of parts the six that float32
/// can tell are added in float32, the largest last in each 32 of the depth (Henry, Tang and Heinecke, "Leveraging the
/// bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations", 2019: "BF16x3"). The error is that of
/// a float32 product. AMX takes numbers below 2^-126 for zero; a number that is infinite makes its results NaN. In
/// which order a result adds its terms depends on the sizes alone, not on the threads.
[[nodiscard]] at::Tensor split_product(const at::Tensor& x, const at::Tensor& weight);

}  // namespace anabranch::lm::kernels
