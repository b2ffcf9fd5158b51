#include "ppo_updates.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "anabranch/error.h"
#include "anabranch/lm/rl/rewards.h"

namespace anabranch::lm {

namespace {

std::string listed(std::span<const std::int64_t> rows) {
    std::ostringstream out;
    for (std::size_t i = 0; i < rows.size(); ++i) out << (i == 0 ? "" : ", ") << rows[i];
    return out.str();
}

void check_order(std::vector<std::int64_t> order, std::int64_t rows) {
    std::sort(order.begin(), order.end());
    bool complete = static_cast<std::int64_t>(order.size()) == rows;
    for (std::size_t i = 0; complete && i < order.size(); ++i) complete = order[i] == static_cast<std::int64_t>(i);
    if (!complete) throw Error(cat("the order of rows is no permutation of 0 to ", rows - 1));
}

}  // namespace

PpoUpdates::PpoUpdates(const PpoConfig& config, const PpoBatch& batch, const at::Tensor& rewards, Adam& optimiser,
                       const Evaluate& evaluate)
    : config_(config),
      batch_(batch),
      rewards_(rewards),
      optimiser_(optimiser),
      evaluate_(evaluate),
      last_tokens_(last_tokens(batch.mask)),
      per_minibatch_(config.compat != Compat::trl_0_5) {
    const std::int64_t group = config.mini_batch_size * config.gradient_accumulation_steps;
    if (batch.rows() % group != 0) {
        throw Error(cat("the PPO batch has ", batch.rows(), " rows; expected a multiple of ", group,
                        " (mini_batch_size ", config.mini_batch_size, " x gradient_accumulation_steps ",
                        config.gradient_accumulation_steps, ")"));
    }
    if (!per_minibatch_) advantages_ = compute_advantages(batch.values, rewards, batch.mask, config.advantages);
}

void PpoUpdates::run(const EpochOrder& order) {
    const auto stops = [this](double policykl) { return config_.early_stopping && policykl > 1.5 * config_.target_kl; };
    const bool stops_inside = config_.compat == Compat::trl_0_4;
    const auto size = static_cast<std::size_t>(config_.mini_batch_size);
    for (std::int64_t epoch = 0; epoch < config_.ppo_epochs; ++epoch) {
        const std::vector<std::int64_t> rows = order(epoch);
        check_order(rows, batch_.rows());
        ++epochs_;
        double policykl = 0;
        for (std::size_t start = 0; start < rows.size(); start += size) {
            const std::size_t minibatch = start / size;
            const auto chosen = std::span(rows).subspan(start, size);
            with_context(
                [&] { return cat("PPO epoch ", epoch, ", minibatch ", minibatch, " (rows ", listed(chosen), ")"); },
                [&] {
                    policykl = add_gradient(chosen);
                    const auto accumulated = static_cast<std::int64_t>(minibatch) + 1;
                    if (accumulated % config_.gradient_accumulation_steps == 0) update();
                });
            if (stops_inside && stops(policykl)) return;
        }
        if (stops(policykl)) return;
    }
}

PpoTargets PpoUpdates::targets(std::span<const std::int64_t> rows, const Evaluation& now) const {
    const at::Tensor index = at::tensor(at::IntArrayRef(rows.data(), rows.size()), at::kLong).to(batch_.mask.device());
    const auto part = [&](const at::Tensor& matrix) {
        return matrix.narrow(1, 0, now.logprobs.size(1)).index_select(0, index).to(now.logprobs.device());
    };
    const at::Tensor mask = part(batch_.mask);
    if (per_minibatch_) {
        return {part(batch_.logprobs),
                compute_advantages(part(batch_.values), part(rewards_), mask, config_.advantages), mask};
    }
    return {part(batch_.logprobs),
            {part(advantages_.values), part(advantages_.advantages), part(advantages_.returns)},
            mask};
}

double PpoUpdates::add_gradient(std::span<const std::int64_t> rows) {
    const Evaluation now = evaluate_(rows);
    std::int64_t longest = 0;
    for (const std::int64_t row : rows) longest = std::max(longest, last_tokens_[static_cast<std::size_t>(row)] + 1);
    const std::int64_t width = now.logprobs.dim() == 2 ? now.logprobs.size(1) : 0;
    if (width < longest || width > batch_.width()) {
        throw Error(cat("the policy gave log-probabilities ", now.logprobs.sizes(), "; expected [", rows.size(), ", ",
                        longest, " to ", batch_.width(), "]"));
    }
    const PpoLoss loss = ppo_loss(now, targets(rows, now), config_.loss);
    if (!std::isfinite(loss.statistics.at("loss/total"))) throw Error(diagnosis(rows, now, loss));
    if (!loss.total.requires_grad())
        throw Error("the policy gave numbers without a graph; expected a gradient to follow");
    (loss.total / config_.gradient_accumulation_steps).backward();

    for (const auto& [name, value] : loss.statistics) sums_["ppo/" + name] += value;
    ++minibatches_;
    skipped_ += loss.over_threshold ? 1 : 0;
    return loss.statistics.at("policy/policykl");
}

void PpoUpdates::update() {
    const double norm = gradient_norm(optimiser_.parameters());
    if (!std::isfinite(norm)) throw Error(cat("the gradient's norm is ", norm, "; expected a finite number"));
    // TRL 0.11 hands its clipping an exhausted iterator after the first update and so clips once in a run; ours always.
    if (config_.max_grad_norm) clip_gradients(optimiser_.parameters(), norm, *config_.max_grad_norm);
    optimiser_.step();
    optimiser_.zero_gradients();
    norms_ += norm;
    ++updates_;
}

std::string PpoUpdates::diagnosis(std::span<const std::int64_t> rows, const Evaluation& now,
                                  const PpoLoss& loss) const {
    std::ostringstream out;
    out << "the loss is " << loss.statistics.at("loss/total") << " (policy " << loss.statistics.at("loss/policy")
        << ", value " << loss.statistics.at("loss/value") << ")";
    const auto name_first = [&](const char* name, const at::Tensor& matrix) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::int64_t length = last_tokens_[static_cast<std::size_t>(rows[i])] + 1;
            const at::Tensor wrong =
                (~matrix[static_cast<std::int64_t>(i)].narrow(0, 0, length).isfinite()).to(at::kCPU).nonzero();
            if (wrong.numel() == 0) continue;
            out << "; row " << rows[i] << "'s " << name << " at token " << wrong.view(-1)[0].item<std::int64_t>()
                << " is not finite";
            return;
        }
    };
    name_first("log-probability", now.logprobs);
    name_first("value", now.values);
    out << "; expected finite numbers: is the learning rate too high, or a weight of the model not finite?";
    return out.str();
}

std::map<std::string, double> PpoUpdates::statistics() const {
    std::map<std::string, double> out = sums_;
    for (auto& [name, value] : out) value /= minibatches_;
    const double variance = out.at("ppo/returns/var");
    out["ppo/val/var_explained"] = variance > 0 ? 1 - out.at("ppo/val/error") / variance : 0;
    out["ppo/grad_norm"] = updates_ > 0 ? norms_ / updates_ : 0;
    out["ppo/epochs"] = epochs_;
    out["ppo/skipped_minibatches"] = skipped_;
    return out;
}

}  // namespace anabranch::lm
