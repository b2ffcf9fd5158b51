#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <c10/util/BFloat16.h>

#include <utility>

namespace anabranch::lm::kernels {

/// Whether our CPU kernels take this tensor; everything else goes through ATen's operators.
inline bool has_cpu_kernel(const at::Tensor& tensor) {
    return tensor.is_cpu() && (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kBFloat16);
}

/// Calls `run(pointer type tag)` for the tensor's element type: float or BFloat16.
template <typename Run>
void for_element_type(const at::Tensor& tensor, Run run) {
    if (tensor.scalar_type() == at::kFloat) {
        run(float{});
    } else {
        run(c10::BFloat16{});
    }
}

/// Rows in parallel, at least `work` elements a piece.
template <typename Body>
void for_rows(std::int64_t rows, std::int64_t width, Body body) {
    constexpr std::int64_t work = 1 << 14;
    at::parallel_for(0, rows, std::max<std::int64_t>(1, work / std::max<std::int64_t>(1, width)), body);
}

}  // namespace anabranch::lm::kernels
