#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/reward/pair_loss.h>
#include <anabranch/lm/reward/pairs.h>
#include <anabranch/lm/rl/running_moments.h>

#include "../model/parts.h"

namespace anabranch::lm {
namespace {

/// How many times the longer answer is the better one; one as long counts half.
double longer_right(const Pairs& pairs) {
    double right = 0;
    for (std::size_t i = 0; i < pairs.count(); ++i) {
        const auto better = pairs.better[i].size();
        const auto worse = pairs.worse[i].size();
        right += better > worse ? 1 : better == worse ? 0.5 : 0;
    }
    return right;
}

}  // namespace

Pairs Pairs::part(std::size_t first, std::size_t count) const {
    const auto some = [&](const Sequences& all) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
        return Sequences(begin, begin + static_cast<std::ptrdiff_t>(count));
    };
    return {some(better), some(worse),
            margins.defined() ? margins.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count))
                              : at::Tensor()};
}

void check(const Pairs& pairs) {
    if (pairs.better.size() != pairs.worse.size())
        throw Error(cat(pairs.better.size(), " better answers, but ", pairs.worse.size(), " worse ones"));
    for (std::size_t i = 0; i < pairs.count(); ++i) {
        if (pairs.better[i].empty() || pairs.worse[i].empty())
            throw Error(cat("pair ", i, ": the ", pairs.better[i].empty() ? "better" : "worse", " side has no tokens"));
    }
    if (!pairs.margins.defined()) return;
    if (pairs.margins.sizes() != at::IntArrayRef{static_cast<std::int64_t>(pairs.count())})
        throw Error(
            cat("the margins are ", pairs.margins.sizes(), "; expected one for each of ", pairs.count(), " pairs"));
    const at::Tensor wrong = (~pairs.margins.isfinite()).nonzero();
    if (wrong.numel() > 0)
        throw Error(cat("pair ", wrong.view(-1)[0].item<std::int64_t>(), ": the margin is not finite"));
}

PairScores score_pairs(const LanguageModel& model, const Pairs& pairs, const ForwardOptions& how) {
    Sequences both = pairs.better;
    both.insert(both.end(), pairs.worse.begin(), pairs.worse.end());
    const PackedBatch batch = model.pack(both);
    std::vector<std::int64_t> last;
    for (std::size_t i = 1; i < batch.offsets.size(); ++i) last.push_back(batch.offsets[i] - 1);
    ForwardOptions options = how;
    options.rows = at::tensor(last, at::kLong).to(batch.ids.device());
    const at::Tensor scores = model.score_head()(model.hidden(batch, options));
    const auto count = static_cast<std::int64_t>(pairs.count());
    return {scores.narrow(0, 0, count), scores.narrow(0, count, count)};
}

void PairEvaluator::add(const LanguageModel& model, const Pairs& pairs, std::int64_t tokens) {
    const at::NoGradGuard no_grad;
    check(pairs);
    const auto size = [&](std::size_t pair) { return pairs.tokens(pair); };
    for_parts(pairs.count(), tokens, size, [&](std::size_t first, std::size_t count) {
        const Pairs part = pairs.part(first, count);
        const PairScores scores = score_pairs(model, part);
        better_.push_back(scores.better.cpu());
        worse_.push_back(scores.worse.cpu());
        losses_.push_back(pair_loss(better_.back(), worse_.back(), part.margins, center_));
    });
    longer_right_ += longer_right(pairs);
    count_ += static_cast<std::int64_t>(pairs.count());
}

PairEvaluation PairEvaluator::result() const {
    if (count_ == 0) throw Error("there are no pairs to evaluate on");
    const at::Tensor j = at::cat(better_);
    const at::Tensor k = at::cat(worse_);
    const PairAccuracy accuracy = pair_accuracy(j, k);
    RunningMoments moments;
    moments.update(at::cat({j, k}));
    return {.loss = at::cat(losses_).mean(at::kDouble).item<double>(),
            .accuracy = accuracy.with_ties,
            .strict_accuracy = accuracy.strict,
            .longer_accuracy = longer_right_ / static_cast<double>(count_),
            .margin = (j - k).mean(at::kDouble).item<double>(),
            .mean = moments.mean,
            .deviation = moments.deviation};
}

std::map<std::string, at::Tensor> PairEvaluator::state() const {
    const auto joined = [](const std::vector<at::Tensor>& parts) {
        return parts.empty() ? at::empty({0}) : at::cat(parts);
    };
    return {{"better", joined(better_)},
            {"worse", joined(worse_)},
            {"losses", joined(losses_)},
            {"longer_right", at::scalar_tensor(longer_right_, at::kDouble)}};
}

void PairEvaluator::restore(const std::map<std::string, at::Tensor>& state) {
    for (const char* name : {"better", "worse", "losses", "longer_right"}) {
        if (!state.contains(name)) throw Error(cat("the saved state of an evaluation lacks '", name, "'"));
    }
    better_ = {state.at("better")};
    worse_ = {state.at("worse")};
    losses_ = {state.at("losses")};
    longer_right_ = state.at("longer_right").item<double>();
    count_ = better_.front().numel();
}

PairEvaluation evaluate_pairs(const LanguageModel& model, const Pairs& pairs, double center, std::int64_t tokens) {
    PairEvaluator evaluator(center);
    evaluator.add(model, pairs, tokens);
    return evaluator.result();
}

}  // namespace anabranch::lm
