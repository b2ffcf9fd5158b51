#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "anabranch/lm/rl/ppo_trainer.h"
#include "numbers.h"

namespace anabranch::lm::testing {

/// A policy small enough to reason about: each token's logits and value are linear in fixed features of its position.
struct ToyPolicy {
    static constexpr std::int64_t rows = 8, width = 5, features = 4, vocabulary = 6;

    std::vector<std::int64_t> lengths{5, 2, 3, 1, 4, 5, 2, 3};
    at::Tensor x = normal({rows, width, features}, 20);
    at::Tensor tokens = (normal({rows, width}, 21).abs() * 100).to(at::kLong).remainder(vocabulary);
    at::Tensor logits = (0.3 * normal({features, vocabulary}, 22)).requires_grad_();
    at::Tensor value = (0.3 * normal({features}, 23)).requires_grad_();

    [[nodiscard]] std::vector<at::Tensor> parameters() const { return {logits, value}; }

    [[nodiscard]] Evaluation evaluate(std::span<const std::int64_t> chosen, std::int64_t columns = width) const {
        const at::Tensor index = at::tensor(at::IntArrayRef(chosen.data(), chosen.size()), at::kLong);
        const at::Tensor seen = x.narrow(1, 0, columns).index_select(0, index);
        const at::Tensor all = seen.matmul(logits).log_softmax(-1);
        const at::Tensor taken = tokens.narrow(1, 0, columns).index_select(0, index).unsqueeze(-1);
        return {all.gather(-1, taken).squeeze(-1), seen.matmul(value), -(all.exp() * all).sum(-1)};
    }
    [[nodiscard]] Evaluate evaluator() const {
        return [this](std::span<const std::int64_t> chosen) { return evaluate(chosen); };
    }

    [[nodiscard]] PpoBatch batch() const {
        const std::vector<std::int64_t> all{0, 1, 2, 3, 4, 5, 6, 7};
        const Evaluation now = evaluate(all);
        return {.logprobs = now.logprobs.detach(),
                .values = now.values.detach(),
                .ref_logprobs = now.logprobs.detach() + 0.1 * normal({rows, width}, 24),
                .kl = {},
                .mask = mask_of(lengths, width),
                .scores = at::tensor({1.0, -0.5, 0.25, 2.0, -1.0, 0.5, 0.75, -2.0}, at::kFloat),
                .query_lengths = {3, 4, 5, 6, 7, 8, 9, 10},
                .response_lengths = lengths};
    }
};

inline PpoConfig toy_config() {
    PpoConfig config;
    config.mini_batch_size = 2;
    config.gradient_accumulation_steps = 2;
    config.ppo_epochs = 3;
    config.optimiser.learning_rate = 0.02;
    return config;
}

/// The statistics but for the times, which differ from run to run.
inline std::map<std::string, double> without_times(std::map<std::string, double> statistics) {
    std::erase_if(statistics, [](const auto& one) { return one.first.starts_with("time/"); });
    return statistics;
}

}  // namespace anabranch::lm::testing
