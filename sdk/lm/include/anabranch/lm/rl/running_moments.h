#pragma once

#include <ATen/core/Tensor.h>

namespace anabranch::lm {

/// Mean and standard deviation of all scores seen so far, by the parallel formula over batches. A plain value: copying
/// it saves it.
struct RunningMoments {
    double mean = 0.0;
    double deviation = 1.0;  ///< Bessel-corrected; 1 until two scores have been seen
    double variance = 1.0;   ///< biased
    double count = 1e-24;    ///< not 0: the first batch then gives its own moments by the same formula

    /// Adds a batch of scores [batch], at least one.
    void update(const at::Tensor& scores);

    /// mean, deviation, variance, count as float64 [4], and back. A wrong shape is an Error.
    [[nodiscard]] at::Tensor state() const;
    [[nodiscard]] static RunningMoments from_state(const at::Tensor& state);
};

}  // namespace anabranch::lm
