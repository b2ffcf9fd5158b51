#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace anabranch::lm {

/// Inverted dropout: an element is dropped with `probability`, in [0, 1), and else multiplied by 1 / (1 - probability).
/// Each is drawn by itself from the key, its row and its column, so the threads do not matter.
struct Dropout {
    double probability = 0;
    std::uint64_t key = 0;
};

/// What x [T, K] is multiplied by, in its type.
[[nodiscard]] at::Tensor dropout_mask(const at::Tensor& x, const Dropout& dropout);
/// x [T, K], contiguous, times its mask, which is drawn on the way.
[[nodiscard]] at::Tensor dropped(const at::Tensor& x, const Dropout& dropout);
/// sum += x times its mask, in place: both [T, K] of one type, contiguous.
void add_dropped(at::Tensor& sum, const at::Tensor& x, const Dropout& dropout);

}  // namespace anabranch::lm
