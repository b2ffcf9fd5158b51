#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/reward/pair_loss.h>
#include <anabranch/lm/reward/reward_trainer.h>

#include <cmath>

#include "../model/parts.h"

namespace anabranch::lm {

RewardTrainer::RewardTrainer(const LanguageModel& model, const RewardOptions& options)
    : options_(options), training_(model.parameters(), options.training) {
    static_cast<void>(model.score_head());  // throws without one
    if (options_.gradient_accumulation_steps < 1) {
        throw Error(
            cat("gradient_accumulation_steps is ", options_.gradient_accumulation_steps, "; expected at least 1"));
    }
}

std::map<std::string, double> RewardTrainer::step(const LanguageModel& model, const Pairs& pairs,
                                                  const Random& random) {
    check(pairs);
    if (pairs.count() == 0) throw Error("there are no pairs to learn from");
    Sums sums;
    try {
        sums = add_gradients(model, pairs, random);
    } catch (...) {
        training_.drop_gradients();
        throw;
    }
    const Training::Step done = training_.step();
    model.parameters_changed();
    const auto count = static_cast<double>(pairs.count());
    return {{"loss", sums.loss / count},
            {"accuracy", sums.right / count},
            {"strict_accuracy", sums.strictly / count},
            {"rewards/margins", sums.margin / count},
            {"learning_rate", done.learning_rate},
            {"grad_norm", done.grad_norm}};
}

RewardTrainer::Sums RewardTrainer::add_gradients(const LanguageModel& model, const Pairs& pairs,
                                                 const Random& random) const {
    const std::int64_t parts = options_.gradient_accumulation_steps;
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < pairs.count(); ++i) tokens += pairs.tokens(i);
    const auto size = [&](std::size_t pair) { return pairs.tokens(pair); };
    Sums sums;
    for_parts(pairs.count(), (tokens + parts - 1) / parts, size, [&](std::size_t first, std::size_t count) {
        const Pairs part = pairs.part(first, count);
        const PairScores scores = score_pairs(
            model, part, {.dropout = random.fork(first), .checkpoint_layers = options_.gradient_checkpointing});
        const at::Tensor margins = part.margins.defined() ? part.margins.to(scores.better.device()) : at::Tensor();
        const at::Tensor loss =
            pair_loss(scores.better, scores.worse, margins, options_.center_rewards_coefficient).sum();
        const auto value = loss.item<double>();
        if (!std::isfinite(value)) {
            throw Error(cat("the loss of pairs ", first, " to ", first + count - 1, " is ", value,
                            "; expected a finite number: is the learning rate too high?"));
        }
        (loss / static_cast<std::int64_t>(pairs.count())).backward();
        const PairAccuracy accuracy = pair_accuracy(scores.better.detach(), scores.worse.detach());
        sums.loss += value;
        sums.right += accuracy.with_ties * static_cast<double>(count);
        sums.strictly += accuracy.strict * static_cast<double>(count);
        sums.margin += (scores.better - scores.worse).detach().sum().item<double>();
    });
    return sums;
}

}  // namespace anabranch::lm
