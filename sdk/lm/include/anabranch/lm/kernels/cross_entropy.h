#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/kernels/weight.h>

namespace anabranch::lm {

/// The sum over rows of -log softmax(hidden head^T)[target], float32 []. hidden [T, D] and head [V, D] of one dtype,
/// targets [T] int64 on the same device. Differentiable in hidden and, if it is defined, in `trained_head`: the float32
/// leaf [V, D] whose values `head` has in the compute type.
///
/// The logits [T, V] never exist as a whole: a chunk of rows is made, used for loss and gradients, and dropped. The
/// loss is one number, so the gradients are computed in the forward and the backward only scales them.
[[nodiscard]] at::Tensor cross_entropy_sum(const at::Tensor& hidden, const Weight& head, const at::Tensor& targets,
                                           const at::Tensor& trained_head = {});

}  // namespace anabranch::lm
