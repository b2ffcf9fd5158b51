#include "ppo_statistics.h"

#include <ATen/ATen.h>

#include <vector>

#include "anabranch/lm/rl/masked.h"

namespace anabranch::lm {

namespace {

/// Mean over rows of the sum over response tokens.
double mean_sum(const at::Tensor& values, const at::Tensor& mask) {
    return values.masked_fill(mask == 0, 0).sum(-1).mean().item<double>();
}

double mean(const at::Tensor& values, const at::Tensor& mask) {
    return masked_mean(values, mask).item<double>();
}

/// Bessel-corrected; 0 for one row, of which TRL logs NaN.
double deviation(const at::Tensor& values) {
    return values.numel() < 2 ? 0.0 : values.to(at::kDouble).std().item<double>();
}

}  // namespace

std::map<std::string, double> batch_statistics(const PpoBatch& batch, const at::Tensor& kl, const at::Tensor& scores,
                                               double kl_coef, const PpoConfig& config) {
    const at::Tensor divergence = config.compat == Compat::trl_0_4 ? batch.logprobs - batch.ref_logprobs : kl;
    const at::Tensor raw = batch.scores - config.scores.baseline;
    const at::Tensor queries = at::tensor(batch.query_lengths, at::kDouble);
    const at::Tensor responses = at::tensor(batch.response_lengths, at::kDouble);
    return {
        {"objective/kl", mean_sum(divergence, batch.mask)},
        {"objective/kl_coef", kl_coef},
        {"objective/entropy", mean_sum(-batch.logprobs, batch.mask)},
        {"objective/logprobs", mean(batch.logprobs, batch.mask)},
        {"objective/ref_logprobs", mean(batch.ref_logprobs, batch.mask)},
        {"ppo/mean_non_score_reward", mean(kl * -kl_coef, batch.mask)},
        {"ppo/mean_scores", scores.mean().item<double>()},
        {"ppo/std_scores", deviation(scores)},
        {"tokens/queries_len_mean", queries.mean().item<double>()},
        {"tokens/queries_len_std", deviation(queries)},
        {"tokens/responses_len_mean", responses.mean().item<double>()},
        {"tokens/responses_len_std", deviation(responses)},
        {"env/reward_mean", raw.mean().item<double>()},
        {"env/reward_std", deviation(raw)},
    };
}

}  // namespace anabranch::lm
