#include "anabranch/lm/rl/running_moments.h"

#include <ATen/ATen.h>

#include <cmath>

#include "anabranch/error.h"

namespace anabranch::lm {

void RunningMoments::update(const at::Tensor& scores) {
    if (scores.numel() == 0) throw Error("there are no scores to take moments of; expected at least one");
    const at::Tensor exact = scores.to(at::kCPU, at::kDouble);
    const double batch_mean = exact.mean().item<double>();
    const double batch_variance = exact.var(/*unbiased=*/false).item<double>();
    const auto batch_count = static_cast<double>(exact.numel());

    const double delta = batch_mean - mean;
    const double total = count + batch_count;
    const double squares =
        batch_variance * batch_count + variance * count + delta * delta * count * batch_count / total;
    mean += delta * batch_count / total;
    variance = squares / total;
    // One score says nothing of the spread: TRL divides by zero here.
    if (total > 1) deviation = std::sqrt(squares / (total - 1));
    count = total;
}

at::Tensor RunningMoments::state() const {
    return at::tensor({mean, deviation, variance, count}, at::kDouble);
}

RunningMoments RunningMoments::from_state(const at::Tensor& state) {
    if (state.sizes() != at::IntArrayRef{4}) {
        throw Error(cat("running moments were saved as ", state.sizes(), "; expected [4]"));
    }
    const at::Tensor saved = state.to(at::kCPU, at::kDouble).contiguous();
    const double* const values = saved.const_data_ptr<double>();
    return {values[0], values[1], values[2], values[3]};
}

}  // namespace anabranch::lm
