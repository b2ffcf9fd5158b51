#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

/// silu(gate) * up, where gate_up [T, 2 F] holds gate in its first F columns and up in the others -> [T, F].
[[nodiscard]] at::Tensor swiglu(const at::Tensor& gate_up);
/// The gradient [T, 2 F] for gate_up from that of the result, d_out [T, F].
[[nodiscard]] at::Tensor swiglu_backward(const at::Tensor& d_out, const at::Tensor& gate_up);

}  // namespace anabranch::lm
