#include "anabranch/lm/rl/ppo_trainer.h"

#include <doctest/doctest.h>

#include "anabranch/lm/rl/kl.h"
#include "anabranch/lm/rl/rewards.h"
#include "toy_policy.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

namespace {

const std::vector<std::vector<std::int64_t>> orders{
    {3, 1, 4, 0, 5, 2, 6, 7}, {7, 6, 5, 4, 3, 2, 1, 0}, {0, 2, 4, 6, 1, 3, 5, 7}};
const EpochOrder given = [](std::int64_t epoch) { return orders[static_cast<std::size_t>(epoch)]; };

at::Tensor rows_of(const at::Tensor& matrix, std::span<const std::int64_t> rows) {
    return matrix.index_select(0, at::tensor(at::IntArrayRef(rows.data(), rows.size()), at::kLong));
}

/// What a step should do, put together by hand from the tested parts. Returns the mean norm of the gradients.
double composed(ToyPolicy& toy, const PpoConfig& config, bool per_minibatch) {
    const PpoBatch batch = toy.batch();
    const at::Tensor rewards =
        token_rewards(batch.logprobs - batch.ref_logprobs, batch.scores, config.kl.init_kl_coef, batch.mask);
    const Advantages whole = compute_advantages(batch.values, rewards, batch.mask, config.advantages);
    Adam adam(toy.parameters(), config.optimiser);
    double norms = 0, updates = 0;
    for (std::int64_t epoch = 0; epoch < config.ppo_epochs; ++epoch) {
        const std::vector<std::int64_t> order = given(epoch);
        for (std::size_t start = 0; start < order.size(); start += 4) {
            at::Tensor loss = at::zeros({});
            for (const std::size_t at : {start, start + 2}) {
                const auto rows = std::span(order).subspan(at, 2);
                const at::Tensor mask = rows_of(batch.mask, rows);
                const Advantages part = per_minibatch
                                            ? compute_advantages(rows_of(batch.values, rows), rows_of(rewards, rows),
                                                                 mask, config.advantages)
                                            : Advantages{rows_of(whole.values, rows), rows_of(whole.advantages, rows),
                                                         rows_of(whole.returns, rows)};
                const PpoTargets targets{rows_of(batch.logprobs, rows), part, mask};
                loss = loss + 0.5 * ppo_loss(toy.evaluate(rows), targets, config.loss).total;
            }
            loss.backward();
            norms += gradient_norm(toy.parameters());
            ++updates;
            adam.step();
            adam.zero_gradients();
        }
    }
    return norms / updates;
}

}  // namespace

TEST_CASE("a PPO step is its parts put together: epochs, minibatches, accumulation") {
    for (const Compat compat : {Compat::trl_0_5, Compat::trl_0_4, Compat::openai_2019}) {
        PpoConfig config = ppo_config(compat);
        const PpoConfig toy_settings = toy_config();
        config.mini_batch_size = toy_settings.mini_batch_size;
        config.gradient_accumulation_steps = toy_settings.gradient_accumulation_steps;
        config.ppo_epochs = toy_settings.ppo_epochs;
        config.optimiser.learning_rate = toy_settings.optimiser.learning_rate;
        ToyPolicy stepped, expected;
        PpoTrainer trainer(config, stepped.parameters());
        const auto statistics = trainer.step(stepped.batch(), stepped.evaluator(), given);
        // Adam hardly sees a gradient's scale; its norm does.
        const double norm = composed(expected, config, compat != Compat::trl_0_5);
        CHECK(statistics.at("ppo/grad_norm") == doctest::Approx(norm).epsilon(1e-5));
        CHECK(difference(stepped.logits, expected.logits) < 1e-6);
        CHECK(difference(stepped.value, expected.value) < 1e-6);
        CHECK(difference(stepped.logits, ToyPolicy().logits) > 1e-2);
    }
}

TEST_CASE("the same random numbers give the same bits, others do not") {
    const auto run = [](std::uint64_t seed) {
        ToyPolicy toy;
        PpoTrainer trainer(toy_config(), toy.parameters());
        const auto statistics = trainer.step(toy.batch(), toy.evaluator(), Random(seed));
        return std::pair(without_times(statistics), toy.logits.detach());
    };
    const auto first = run(1), second = run(1), other = run(2);
    CHECK(first.first == second.first);
    CHECK(at::equal(first.second, second.second));
    CHECK_FALSE(at::equal(first.second, other.second));
}

TEST_CASE("steps raise what is rewarded and teach the value") {
    ToyPolicy toy;
    PpoConfig config = toy_config();
    config.kl.init_kl_coef = 0;
    PpoTrainer trainer(config, toy.parameters());
    std::map<std::string, double> first, last;
    const auto expected_score = [&] {
        const PpoBatch now = toy.batch();
        return number((now.logprobs.masked_fill(now.mask == 0, 0).sum(1) * now.scores).sum());
    };
    const double before = expected_score();
    for (std::uint64_t step = 0; step < 20; ++step) {
        last = trainer.step(toy.batch(), toy.evaluator(), Random(step));
        if (step == 0) first = last;
    }
    CHECK(expected_score() > before + 1);
    CHECK(last.at("ppo/val/error") < 0.95 * first.at("ppo/val/error"));
}

TEST_CASE("a wider batch and a narrower evaluation give the same step") {
    ToyPolicy plain, padded;
    PpoTrainer trainer(toy_config(), plain.parameters()), other(toy_config(), padded.parameters());
    const auto expected = trainer.step(plain.batch(), plain.evaluator(), given);

    PpoBatch wide = padded.batch();
    for (at::Tensor* matrix : {&wide.logprobs, &wide.values, &wide.ref_logprobs}) {
        *matrix = at::cat({*matrix, at::full({8, 3}, std::nan(""))}, 1);
    }
    wide.mask = at::cat({wide.mask, at::zeros({8, 3})}, 1);
    const auto statistics = other.step(
        wide,
        [&](std::span<const std::int64_t> rows) {
            std::int64_t longest = 0;
            for (const std::int64_t row : rows)
                longest = std::max(longest, padded.lengths[static_cast<std::size_t>(row)]);
            return padded.evaluate(rows, longest);
        },
        given);
    CHECK(difference(padded.logits, plain.logits) < 1e-6);
    for (const auto& [name, value] : without_times(expected)) {
        CAPTURE(name);
        CHECK(statistics.at(name) == doctest::Approx(value).epsilon(1e-5));
    }
}

TEST_CASE("early stopping looks after each epoch, and in trl-0.4 after each minibatch, at 1.5 times the target") {
    const auto evaluations_of = [](Compat compat, double target) {
        ToyPolicy toy;
        PpoConfig config = toy_config();
        config.compat = compat;
        config.early_stopping = true;
        config.target_kl = target;
        config.optimiser.learning_rate = 0;
        int evaluations = 0;
        const Evaluate drifting = [&](std::span<const std::int64_t> rows) {
            Evaluation now = toy.evaluate(rows);
            if (++evaluations > 1) now.logprobs = now.logprobs - 0.5;  // policykl 0, then 0.5
            return now;
        };
        PpoTrainer trainer(config, toy.parameters());
        const auto statistics = trainer.step(toy.batch(), drifting, given);
        CHECK(statistics.at("ppo/epochs") == (evaluations + 3) / 4);  // four minibatches an epoch
        CHECK_FALSE(toy.logits.grad().defined());
        return evaluations;
    };
    CHECK(evaluations_of(Compat::trl_0_5, 0.34) == 12);  // 0.5 < 1.5 * 0.34: all three epochs
    CHECK(evaluations_of(Compat::trl_0_5, 0.33) == 4);
    CHECK(evaluations_of(Compat::trl_0_4, 0.34) == 12);
    CHECK(evaluations_of(Compat::trl_0_4, 0.33) == 2);
}

TEST_CASE("objective/kl is of the penalty, in trl-0.4 of lp - ref") {
    for (const Compat compat : {Compat::trl_0_5, Compat::trl_0_4}) {
        ToyPolicy toy;
        PpoConfig config = toy_config();
        config.compat = compat;
        config.kl_penalty = KlKind::abs;
        PpoTrainer trainer(config, toy.parameters());
        const PpoBatch batch = toy.batch();
        const at::Tensor difference = (batch.logprobs - batch.ref_logprobs) * batch.mask;
        const at::Tensor expected = compat == Compat::trl_0_4 ? difference : difference.abs();
        CHECK(trainer.step(batch, toy.evaluator(), given).at("objective/kl") ==
              doctest::Approx(number(expected.sum(1).mean())).epsilon(1e-5));
    }
}

TEST_CASE("gradients are clipped when asked for, in every update") {
    ToyPolicy toy, clipped;
    PpoConfig config = toy_config();
    PpoTrainer plain(config, toy.parameters());
    config.max_grad_norm = 1e-12;  // so small that Adam's epsilon swallows the step
    PpoTrainer trainer(config, clipped.parameters());
    CHECK(plain.step(toy.batch(), toy.evaluator(), given).at("ppo/grad_norm") > 0.01);
    CHECK(trainer.step(clipped.batch(), clipped.evaluator(), given).at("ppo/grad_norm") > 0.01);
    CHECK(difference(clipped.logits, ToyPolicy().logits) < 1e-4);
}

TEST_CASE("the statistics carry TRL's names and meanings") {
    ToyPolicy toy;
    PpoConfig config = toy_config();
    config.scores = {.baseline = 0.5, .clip = 1};
    PpoTrainer trainer(config, toy.parameters());
    const PpoBatch batch = toy.batch();
    const auto statistics = trainer.step(batch, toy.evaluator(), Random(3));
    const at::Tensor kl = ((batch.logprobs - batch.ref_logprobs) * batch.mask).sum(1).mean();
    CHECK(statistics.at("objective/kl") == doctest::Approx(number(kl)));
    CHECK(statistics.at("objective/kl_coef") == 0.2);
    CHECK(statistics.at("objective/entropy") == doctest::Approx(-number((batch.logprobs * batch.mask).sum(1).mean())));
    CHECK(statistics.at("ppo/mean_scores") == doctest::Approx(number((batch.scores - 0.5).clamp(-1, 1).mean())));
    CHECK(statistics.at("env/reward_mean") == doctest::Approx(number((batch.scores - 0.5).mean())));
    CHECK(statistics.at("tokens/queries_len_mean") == 6.5);
    CHECK(statistics.at("tokens/queries_len_std") == doctest::Approx(2.449489743));
    CHECK(statistics.at("ppo/learning_rate") == 0.02);
    for (const char* name : {"objective/logprobs",
                             "objective/ref_logprobs",
                             "ppo/mean_non_score_reward",
                             "ppo/std_scores",
                             "ppo/loss/policy",
                             "ppo/loss/value",
                             "ppo/loss/total",
                             "ppo/policy/entropy",
                             "ppo/policy/approxkl",
                             "ppo/policy/policykl",
                             "ppo/policy/clipfrac",
                             "ppo/policy/advantages_mean",
                             "ppo/policy/ratio",
                             "ppo/returns/mean",
                             "ppo/returns/var",
                             "ppo/val/vpred",
                             "ppo/val/error",
                             "ppo/val/clipfrac",
                             "ppo/val/mean",
                             "ppo/val/var",
                             "ppo/val/var_explained",
                             "tokens/responses_len_mean",
                             "tokens/responses_len_std",
                             "time/ppo/total"}) {
        CHECK_MESSAGE(statistics.contains(name), name);
    }
    CHECK(statistics.at("ppo/val/var_explained") ==
          doctest::Approx(1 - statistics.at("ppo/val/error") / statistics.at("ppo/returns/var")));
}
