#include "anabranch/lm/rl/advantages.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "anabranch/error.h"
#include "anabranch/lm/rl/masked.h"

namespace anabranch::lm {

at::Tensor generalised_advantages(const at::Tensor& values, const at::Tensor& rewards, double gamma, double lam) {
    if (values.dim() != 2 || values.sizes() != rewards.sizes()) {
        throw Error(cat("advantages were asked for values ", values.sizes(), " and rewards ", rewards.sizes(),
                        "; expected [batch, R] twice"));
    }
    // A recurrence over few numbers: a plain loop on the CPU, in double, costs less than R tensor operations.
    const at::Tensor value = values.to(at::kCPU, at::kDouble).contiguous();
    const at::Tensor reward = rewards.to(at::kCPU, at::kDouble).contiguous();
    at::Tensor out = at::empty_like(value);
    const std::int64_t width = value.size(1);
    for (std::int64_t row = 0; row < value.size(0); ++row) {
        const double* const v = value.const_data_ptr<double>() + row * width;
        const double* const r = reward.const_data_ptr<double>() + row * width;
        double* const a = out.data_ptr<double>() + row * width;
        double next_value = 0;
        double advantage = 0;
        for (std::int64_t t = width - 1; t >= 0; --t) {
            const double delta = r[t] + gamma * next_value - v[t];
            advantage = delta + gamma * lam * advantage;
            a[t] = advantage;
            next_value = v[t];
        }
    }
    return out.to(rewards.options());
}

Advantages compute_advantages(const at::Tensor& values, const at::Tensor& rewards, const at::Tensor& mask,
                              const AdvantageOptions& options) {
    const at::NoGradGuard no_graph;
    const at::Tensor outside = mask == 0;
    const at::Tensor value = values.masked_fill(outside, 0);
    at::Tensor reward = rewards.masked_fill(outside, 0);
    if (options.whiten_rewards) {
        // TRL leaves what whitening makes of the padding's zeros in place, and the recurrence carries it into the
        // response: its advantages then depend on how far a row was padded. Ours do not.
        reward = masked_whiten(reward, mask, /*shift_mean=*/false, options.unbiased).masked_fill(outside, 0);
    }
    const at::Tensor advantages = generalised_advantages(value, reward, options.gamma, options.lam);
    return {.values = value,
            .advantages = masked_whiten(advantages, mask, /*shift_mean=*/true, options.unbiased),
            .returns = advantages + value};
}

}  // namespace anabranch::lm
