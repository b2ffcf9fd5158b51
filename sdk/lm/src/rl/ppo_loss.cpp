#include "anabranch/lm/rl/ppo_loss.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <utility>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/rl/masked.h"

namespace anabranch::lm {

namespace {

void check_shape(const char* name, const at::Tensor& matrix, const at::Tensor& mask) {
    if (matrix.sizes() != mask.sizes()) {
        throw Error(cat("PPO's loss was given ", name, " ", matrix.sizes(), " and a mask ", mask.sizes(),
                        "; expected the same [rows, R]"));
    }
}

/// The numbers of a statistic under way, fetched from the device in one go.
class Statistics {
  public:
    void add(std::string name, const at::Tensor& scalar) {
        names_.push_back(std::move(name));
        scalars_.push_back(scalar.detach());
    }
    [[nodiscard]] std::map<std::string, double> fetch() const {
        const at::Tensor values = at::stack(scalars_).to(at::kCPU, at::kDouble);
        std::map<std::string, double> out;
        for (std::size_t i = 0; i < names_.size(); ++i) out[names_[i]] = values.const_data_ptr<double>()[i];
        return out;
    }

  private:
    std::vector<std::string> names_;
    std::vector<at::Tensor> scalars_;
};

struct Clipped {
    at::Tensor loss;      // scalar, with a graph
    at::Tensor clipfrac;  // how often the clipped side was the worse one
};

Clipped worse_of(const at::Tensor& plain, const at::Tensor& clipped, const at::Tensor& mask) {
    return {masked_mean(at::maximum(plain, clipped), mask),
            masked_mean((clipped > plain).to(plain.scalar_type()), mask)};
}

}  // namespace

PpoLoss ppo_loss(const Evaluation& now, const PpoTargets& targets, const PpoLossOptions& options) {
    const at::Tensor& mask = targets.mask;
    check_shape("log-probabilities", now.logprobs, mask);
    check_shape("values", now.values, mask);
    check_shape("old log-probabilities", targets.logprobs, mask);
    check_shape("old values", targets.advantages.values, mask);
    check_shape("advantages", targets.advantages.advantages, mask);
    check_shape("returns", targets.advantages.returns, mask);

    // Zero outside the mask before anything else: an infinite ratio there would turn a zero gradient into NaN.
    const at::Tensor outside = mask == 0;
    const at::Tensor logprobs = now.logprobs.masked_fill(outside, 0);
    const at::Tensor values = now.values.masked_fill(outside, 0);
    const at::Tensor old_logprobs = targets.logprobs.masked_fill(outside, 0);
    const auto& [old_values, advantages, returns] = targets.advantages;

    const at::Tensor clipped_values =
        at::maximum(at::minimum(values, old_values + options.cliprange_value), old_values - options.cliprange_value);
    const at::Tensor squared_error = (values - returns).square();
    const Clipped value = worse_of(squared_error, (clipped_values - returns).square(), mask);

    const at::Tensor ratio = (logprobs - old_logprobs).exp();
    const at::Tensor clipped_ratio = ratio.clamp(1 - options.cliprange, 1 + options.cliprange);
    const Clipped policy = worse_of(-advantages * ratio, -advantages * clipped_ratio, mask);
    const at::Tensor mean_ratio = masked_mean(ratio, mask);

    at::Tensor policy_loss = policy.loss;
    at::Tensor value_loss = 0.5 * value.loss;
    PpoLoss out;
    out.over_threshold = mean_ratio.item<double>() > options.ratio_threshold;
    if (out.over_threshold) {
        // Zero times the loss would be NaN for an infinite ratio; these sums are finite, and keep the graph.
        policy_loss = logprobs.sum() * 0;
        value_loss = values.sum() * 0;
    }
    out.total = policy_loss + options.vf_coef * value_loss;

    const at::NoGradGuard no_graph;
    Statistics statistics;
    statistics.add("loss/policy", policy_loss);
    statistics.add("loss/value", value_loss);
    statistics.add("loss/total", out.total);
    if (now.entropy.defined()) statistics.add("policy/entropy", masked_mean(now.entropy, mask));
    statistics.add("policy/approxkl", 0.5 * masked_mean((logprobs - old_logprobs).square(), mask));
    statistics.add("policy/policykl", masked_mean(old_logprobs - logprobs, mask));
    statistics.add("policy/clipfrac", policy.clipfrac);
    statistics.add("policy/advantages_mean", masked_mean(advantages, mask));
    statistics.add("policy/ratio", mean_ratio);
    statistics.add("returns/mean", masked_mean(returns, mask));
    statistics.add("returns/var", masked_variance(returns, mask));
    statistics.add("val/vpred", masked_mean(values, mask));
    statistics.add("val/error", masked_mean(squared_error, mask));
    statistics.add("val/clipfrac", value.clipfrac);
    statistics.add("val/mean", masked_mean(old_values, mask));
    statistics.add("val/var", masked_variance(old_values, mask));
    out.statistics = statistics.fetch();
    return out;
}

}  // namespace anabranch::lm
