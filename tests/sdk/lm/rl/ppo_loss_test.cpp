#include "anabranch/lm/rl/ppo_loss.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "anabranch/error.h"
#include "numbers.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

namespace {

struct Case {
    at::Tensor logprobs, values;  // what the policy says now
    PpoTargets targets;
};

Case random_case(std::uint64_t seed, at::ScalarType type = at::kDouble) {
    const auto draw = [&](std::uint64_t part) { return normal({3, 6}, seed * 10 + part, type); };
    const at::Tensor old_logprobs = draw(0), old_values = draw(1);
    return {old_logprobs + 0.3 * draw(2),
            old_values + 0.3 * draw(3),
            {old_logprobs, {old_values, draw(4), draw(5)}, mask_of({6, 2, 4}, 6).to(type)}};
}

PpoLoss loss_of(const Case& at, const PpoLossOptions& options = {}) {
    return ppo_loss({at.logprobs, at.values, {}}, at.targets, options);
}

/// The loss by plain loops in double.
double reference(const Case& at, const PpoLossOptions& options) {
    double policy = 0, value = 0, count = 0;
    const auto read = [](const at::Tensor& m, std::int64_t i, std::int64_t t) { return m[i][t].item<double>(); };
    for (std::int64_t i = 0; i < at.logprobs.size(0); ++i) {
        for (std::int64_t t = 0; t < at.logprobs.size(1); ++t) {
            if (read(at.targets.mask, i, t) == 0) continue;
            const double ratio = std::exp(read(at.logprobs, i, t) - read(at.targets.logprobs, i, t));
            const double advantage = read(at.targets.advantages.advantages, i, t);
            const double clipped = std::clamp(ratio, 1 - options.cliprange, 1 + options.cliprange);
            policy += std::max(-advantage * ratio, -advantage * clipped);
            const double v = read(at.values, i, t), old = read(at.targets.advantages.values, i, t);
            const double target = read(at.targets.advantages.returns, i, t);
            const double near = std::clamp(v, old - options.cliprange_value, old + options.cliprange_value);
            value += std::max((v - target) * (v - target), (near - target) * (near - target));
            ++count;
        }
    }
    return policy / count + options.vf_coef * 0.5 * value / count;
}

}  // namespace

TEST_CASE("PPO's loss of one token, by hand") {
    // ratio e^0.5 = 1.6487 is clipped to 1.2 for a positive advantage: -2 * 1.2. The value moved 0.5, clipped to 0.2:
    // max((1.5 - 3)^2, (1.2 - 3)^2) / 2 = 1.62.
    const PpoTargets targets{matrix({{-1}}), {matrix({{1}}), matrix({{2}}), matrix({{3}})}, matrix({{1}})};
    const PpoLoss loss = ppo_loss({matrix({{-0.5}}), matrix({{1.5}}), matrix({{0.7}})}, targets, {});
    CHECK(loss.statistics.at("loss/policy") == doctest::Approx(-2.4));
    CHECK(loss.statistics.at("loss/value") == doctest::Approx(1.62));
    CHECK(loss.statistics.at("loss/total") == doctest::Approx(-2.4 + 0.162));
    CHECK(loss.statistics.at("policy/clipfrac") == 1.0);
    CHECK(loss.statistics.at("policy/approxkl") == doctest::Approx(0.125));
    CHECK(loss.statistics.at("policy/policykl") == doctest::Approx(-0.5));
    CHECK(loss.statistics.at("policy/entropy") == doctest::Approx(0.7));
    CHECK(loss.statistics.at("policy/ratio") == doctest::Approx(std::exp(0.5)));
    CHECK(loss.statistics.at("val/clipfrac") == 1.0);
    CHECK(loss.statistics.at("val/error") == doctest::Approx(2.25));
    CHECK_FALSE(loss.over_threshold);
}

TEST_CASE("PPO's loss agrees with plain loops in double") {
    const PpoLossOptions options{.cliprange = 0.15, .cliprange_value = 0.25, .vf_coef = 0.4};
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Case at = random_case(seed);
        CHECK(number(loss_of(at, options).total) == doctest::Approx(reference(at, options)).epsilon(1e-12));
    }
}

TEST_CASE("PPO's gradient agrees with finite differences") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Case at = random_case(seed);
        at.logprobs.requires_grad_();
        at.values.requires_grad_();
        loss_of(at).total.backward();
        const double step = 1e-6;
        for (at::Tensor* input : {&at.logprobs, &at.values}) {
            const at::Tensor gradient = input->grad(), centre = input->detach().clone();
            for (std::int64_t i = 0; i < centre.numel(); ++i) {
                at::Tensor moved = centre.clone();
                moved.view(-1)[i] += step;
                *input = moved;
                const double above = reference(at, {});
                moved.view(-1)[i] -= 2 * step;
                const double below = reference(at, {});
                *input = centre;
                CHECK(number(gradient.view(-1)[i]) == doctest::Approx((above - below) / (2 * step)).epsilon(1e-7));
            }
        }
    }
}

TEST_CASE("a mean ratio over the threshold counts 0, infinite or not") {
    for (const double drift : {3.0, 1000.0}) {
        Case at = random_case(2);
        at.logprobs = (at.targets.logprobs + drift).requires_grad_();
        at.values.requires_grad_();
        const PpoLoss loss = loss_of(at);
        CHECK(loss.over_threshold);
        loss.total.backward();
        CHECK(loss.statistics.at("loss/total") == 0.0);
        CHECK(at::equal(at.logprobs.grad(), at::zeros_like(at.logprobs)));
        CHECK(at::equal(at.values.grad(), at::zeros_like(at.values)));
    }
}

TEST_CASE("what stands outside the mask changes neither loss nor gradient") {
    Case at = random_case(3, at::kFloat), spoilt = at;
    const at::Tensor outside = at.targets.mask == 0;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    spoilt.logprobs = at.logprobs.masked_fill(outside, 1e30);
    spoilt.values = at.values.masked_fill(outside, nan);
    spoilt.targets.logprobs = at.targets.logprobs.masked_fill(outside, -1e30);
    spoilt.targets.advantages.returns = at.targets.advantages.returns.masked_fill(outside, nan);
    std::vector<at::Tensor> gradients;
    std::vector<std::map<std::string, double>> statistics;
    for (Case* one : {&at, &spoilt}) {
        one->logprobs.requires_grad_();
        one->values.requires_grad_();
        const PpoLoss loss = loss_of(*one);
        loss.total.backward();
        statistics.push_back(loss.statistics);
        gradients.push_back(at::stack({one->logprobs.grad(), one->values.grad()}));
    }
    CHECK(statistics[0] == statistics[1]);
    CHECK(at::equal(gradients[0], gradients[1]));
    CHECK(number(gradients[0].abs().sum()) > 0);
}

TEST_CASE("PPO's loss refuses shapes that differ and passes on what is not finite") {
    Case at = random_case(4);
    at.logprobs[0][0] = std::nan("");
    CHECK(std::isnan(loss_of(at).statistics.at("loss/total")));
    at.values = at.values.narrow(1, 0, 5);
    CHECK_THROWS_AS(static_cast<void>(loss_of(at)), Error);
}
