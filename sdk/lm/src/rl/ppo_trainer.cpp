#include "anabranch/lm/rl/ppo_trainer.h"

#include <ATen/ATen.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/rl/kl.h"
#include "anabranch/lm/rl/rewards.h"
#include "anabranch/lm/rl/scores.h"
#include "ppo_statistics.h"
#include "ppo_undo.h"
#include "ppo_updates.h"

namespace anabranch::lm {

namespace {

constexpr std::string_view optimiser_prefix = "optimiser.";

PpoConfig accepted(const PpoConfig& config) {
    check(config);
    return config;
}

/// Seconds since the last call.
class Stopwatch {
  public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
    }

  private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

at::Tensor penalty_of(const PpoBatch& batch, KlKind kind) {
    if (batch.kl.defined()) return batch.kl;
    if (kind == KlKind::full) {
        throw Error("PPO with kl_penalty full needs the batch's KL matrix, by full_kl; the batch has none");
    }
    return kl_penalty(kind, batch.logprobs, batch.ref_logprobs);
}

}  // namespace

PpoTrainer::PpoTrainer(const PpoConfig& config, std::vector<at::Tensor> parameters)
    : config_(accepted(config)), optimiser_(std::move(parameters), config_.optimiser), kl_(config_.kl) {}

std::map<std::string, double> PpoTrainer::step(const PpoBatch& batch, const Evaluate& evaluate, const Random& random) {
    const Random epochs = random.fork("epoch");
    return step(batch, evaluate, [&epochs, &batch](std::int64_t epoch) {
        return epochs.fork(static_cast<std::uint64_t>(epoch)).permutation(batch.rows());
    });
}

std::map<std::string, double> PpoTrainer::step(const PpoBatch& batch, const Evaluate& evaluate,
                                               const EpochOrder& order) {
    Stopwatch total, part;
    const PpoBatch data = checked(batch);
    RunningMoments moments = moments_;  // kept only if the step succeeds
    const at::Tensor scores = shaped_scores(data.scores, config_.scores, moments);
    const at::Tensor kl = penalty_of(data, config_.kl_penalty);
    const at::Tensor rewards = token_rewards(kl, scores, kl_.value(), data.mask);
    std::map<std::string, double> times{{"time/ppo/compute_rewards", part.lap()}};

    std::optional<PpoUndo> before;
    if (config_.undo_failed_step) before.emplace(optimiser_);
    optimiser_.zero_gradients();
    PpoUpdates updates(config_, data, rewards, optimiser_, evaluate);
    times["time/ppo/compute_advantages"] = part.lap();
    try {
        updates.run(order);
    } catch (...) {
        optimiser_.zero_gradients();
        if (before) before->undo();
        throw;
    }
    optimiser_.zero_gradients();  // early stopping may leave some
    times["time/ppo/optimize_step"] = part.lap();

    std::map<std::string, double> statistics = batch_statistics(data, kl, scores, kl_.value(), config_);
    statistics.merge(updates.statistics());
    statistics["ppo/learning_rate"] = optimiser_.learning_rate();
    moments_ = moments;
    kl_.update(statistics.at("objective/kl"), static_cast<double>(data.rows()));
    times["time/ppo/calc_stats"] = part.lap();
    times["time/ppo/total"] = total.lap();
    statistics.merge(times);
    return statistics;
}

std::map<std::string, at::Tensor> PpoTrainer::state() const {
    std::map<std::string, at::Tensor> out{{"kl_coef", at::scalar_tensor(kl_.value(), at::kDouble)},
                                          {"running_moments", moments_.state()}};
    for (auto& [name, tensor] : optimiser_.state()) out[std::string(optimiser_prefix) + name] = tensor;
    return out;
}

void PpoTrainer::restore(const std::map<std::string, at::Tensor>& state) {
    for (const char* name : {"kl_coef", "running_moments"}) {
        if (!state.contains(name)) throw Error(cat("the saved state of PPO lacks '", name, "'"));
    }
    const RunningMoments moments = RunningMoments::from_state(state.at("running_moments"));
    const double coef = state.at("kl_coef").item<double>();
    std::map<std::string, at::Tensor> optimiser;
    for (const auto& [name, tensor] : state) {
        if (name.starts_with(optimiser_prefix)) optimiser[name.substr(optimiser_prefix.size())] = tensor;
    }
    optimiser_.restore(optimiser);
    moments_ = moments;
    kl_.restore(coef);
}

}  // namespace anabranch::lm
