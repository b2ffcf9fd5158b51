#include <doctest/doctest.h>

#include <cmath>

#include "anabranch/lm/json/json.h"
#include "anabranch/lm/rl/advantages.h"
#include "anabranch/lm/rl/ppo_trainer.h"
#include "anabranch/lm/rl/rewards.h"
#include "numbers.h"
#include "sdk/lm/support/golden.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::test;
using namespace anabranch::lm::testing;

namespace {

constexpr std::int64_t rows = 6;

/// One recorded step, its [batch, T - 1] matrices over prompt and response cut to the responses: [batch, R].
struct RecordedStep {
    Golden tensors{"ppo.safetensors"};
    std::string prefix;
    std::vector<std::int64_t> queries, responses;
    std::int64_t width = 0;

    explicit RecordedStep(std::int64_t step) : prefix("step" + std::to_string(step) + "/") {
        for (std::int64_t row = 0; row < rows; ++row) {
            queries.push_back(tensors[prefix + "query" + std::to_string(row)].size(0));
            responses.push_back(tensors[prefix + "response" + std::to_string(row)].size(0));
            width = std::max(width, responses.back());
        }
    }
    [[nodiscard]] at::Tensor whole(const std::string& name) const { return tensors[prefix + name]; }
    [[nodiscard]] at::Tensor cut(const std::string& name) const {
        const at::Tensor matrix = whole(name).to(at::kFloat);
        at::Tensor out = at::zeros({rows, width});
        for (std::int64_t row = 0; row < rows; ++row) {
            const auto index = static_cast<std::size_t>(row);
            out[row].narrow(0, 0, responses[index]).copy_(matrix[row].narrow(0, queries[index] - 1, responses[index]));
        }
        return out;
    }
    [[nodiscard]] PpoBatch batch() const {
        return {.logprobs = cut("logprobs"),
                .values = cut("values"),
                .ref_logprobs = cut("ref_logprobs"),
                .kl = {},
                .mask = cut("mask"),
                .scores = whole("scores"),
                .query_lengths = queries,
                .response_lengths = responses};
    }
};

/// Says at every minibatch what the policy said at first, so that no update changes a statistic of the batch.
std::map<std::string, double> step_of_a_still_policy(PpoTrainer& trainer, const RecordedStep& recorded,
                                                     const at::Tensor& parameter) {
    const PpoBatch batch = recorded.batch();
    const at::Tensor permutations = recorded.whole("permutations");
    return trainer.step(
        batch,
        [&](std::span<const std::int64_t> chosen) {
            const at::Tensor index = at::tensor(at::IntArrayRef(chosen.data(), chosen.size()), at::kLong);
            const at::Tensor still = parameter * 0;
            return Evaluation{
                batch.logprobs.index_select(0, index) + still, batch.values.index_select(0, index) + still, {}};
        },
        [&](std::int64_t epoch) {
            const at::Tensor order = permutations[epoch].contiguous();
            return std::vector<std::int64_t>(order.const_data_ptr<std::int64_t>(),
                                             order.const_data_ptr<std::int64_t>() + rows);
        });
}

PpoConfig recorded_config() {
    const Json settings = Json::read_file(golden("ppo.json")).at("settings");
    PpoConfig config;
    config.mini_batch_size = settings.at("mini_batch_size").integer();
    config.gradient_accumulation_steps = settings.at("gradient_accumulation_steps").integer();
    config.ppo_epochs = settings.at("ppo_epochs").integer();
    config.optimiser.learning_rate = settings.at("learning_rate").number();
    config.kl = {settings.at("init_kl_coef").number(), settings.at("adap_kl_ctrl").boolean(),
                 settings.at("target").number(), settings.at("horizon").number()};
    config.advantages = {.gamma = settings.at("gamma").number(), .lam = settings.at("lam").number()};
    return config;
}

}  // namespace

TEST_CASE("golden: rewards, advantages and returns of two PPO steps, from responses alone") {
    const Json steps = Json::read_file(golden("ppo.json")).at("steps");
    for (const std::int64_t step : {0, 1}) {
        const RecordedStep recorded(step);
        const PpoBatch batch = recorded.batch();
        CHECK(number(batch.mask.sum()) == number(recorded.whole("mask").sum()));
        const double coef = steps.at(static_cast<std::size_t>(step)).at("stats").at("objective/kl_coef").number();
        const at::Tensor rewards = token_rewards(batch.logprobs - batch.ref_logprobs, batch.scores, coef, batch.mask);
        CHECK(difference(rewards * batch.mask, recorded.cut("rewards")) < 1e-6);
        const Advantages out = compute_advantages(batch.values, rewards, batch.mask, {});
        CHECK(difference(out.advantages * batch.mask, recorded.cut("advantages")) < 1e-6);
        CHECK(difference(out.returns * batch.mask, recorded.cut("returns")) < 1e-6);
    }
}

TEST_CASE("golden: a step's statistics of the batch, and the KL coefficient after it") {
    const Json steps = Json::read_file(golden("ppo.json")).at("steps");
    const at::Tensor parameter = at::zeros({}).requires_grad_();
    PpoTrainer trainer(recorded_config(), {parameter});
    for (const std::int64_t step : {0, 1}) {
        const Json expected = steps.at(static_cast<std::size_t>(step));
        const auto statistics = step_of_a_still_policy(trainer, RecordedStep(step), parameter);
        for (const std::string name :
             {"objective/kl", "objective/kl_coef", "objective/entropy", "ppo/mean_non_score_reward", "ppo/mean_scores",
              "ppo/std_scores", "tokens/queries_len_mean", "tokens/queries_len_std", "tokens/responses_len_mean",
              "tokens/responses_len_std", "ppo/policy/advantages_mean", "ppo/returns/mean", "ppo/returns/var",
              "ppo/val/mean", "ppo/val/var", "ppo/learning_rate"}) {
            CAPTURE(name);
            CHECK(statistics.at(name) == doctest::Approx(expected.at("stats").at(name).number()).epsilon(2e-6));
        }
        CHECK(trainer.kl_coef() == doctest::Approx(expected.at("kl_coefficient_after").number()).epsilon(1e-9));
    }
}

TEST_CASE("golden: the first minibatch of a step, before any update") {
    const Json steps = Json::read_file(golden("ppo.json")).at("steps");
    for (const std::int64_t step : {0, 1}) {
        const RecordedStep recorded(step);
        const at::Tensor first = recorded.whole("permutations")[0].narrow(0, 0, 2);
        const auto part = [&](const std::string& name) { return recorded.cut(name).index_select(0, first); };
        const PpoTargets targets{part("logprobs"), {part("values"), part("advantages"), part("returns")}, part("mask")};
        const PpoLoss loss = ppo_loss({part("logprobs"), part("values"), {}}, targets, {});
        const Json expected = steps.at(static_cast<std::size_t>(step)).at("minibatches").at(std::size_t{0});
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::string& name = expected.key(i);
            if (name == "policy/entropy") continue;  // needs the model's logits
            CAPTURE(name);
            const double actual = loss.statistics.at(name == "mean_ratio" ? "policy/ratio" : name);
            CHECK(std::abs(actual - expected.member(i).number()) < 1e-6 * (1 + std::abs(actual)));
        }
    }
}
