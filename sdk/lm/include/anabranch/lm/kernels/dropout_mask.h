#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace anabranch::lm {

/// The mask of inverted dropout for x [T, K], in its type: 1 / (1 - probability) where it is kept, else 0. Each element
/// is drawn by itself from the key, its row and its column, so the threads do not matter. probability in [0, 1).
[[nodiscard]] at::Tensor dropout_mask(const at::Tensor& x, double probability, std::uint64_t key);

}  // namespace anabranch::lm
