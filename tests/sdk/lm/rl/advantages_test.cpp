#include "anabranch/lm/rl/advantages.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "anabranch/error.h"
#include "anabranch/lm/rl/masked.h"
#include "numbers.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

TEST_CASE("advantages before whitening, by hand") {
    // delta = r + gamma V' - V: (1 + 0.5 * 2 - 4, 3 + 0 - 2) = (-2, 1); A = (-2 + 0.5 * 0.5 * 1, 1)
    const at::Tensor advantages = generalised_advantages(matrix({{4, 2}}), matrix({{1, 3}}), 0.5, 0.5);
    CHECK(at::equal(advantages, matrix({{-1.75, 1}})));
    CHECK_THROWS_AS(static_cast<void>(generalised_advantages(at::zeros({2, 3}), at::zeros({3, 2}), 1, 1)), Error);
}

TEST_CASE("advantages are the discounted sum of the deltas") {
    const double gamma = 0.9, lam = 0.8;
    const std::int64_t width = 6;
    const at::Tensor values = normal({3, width}, 5, at::kDouble), rewards = normal({3, width}, 6, at::kDouble);
    const at::Tensor advantages = generalised_advantages(values, rewards, gamma, lam);
    for (std::int64_t row = 0; row < 3; ++row) {
        for (std::int64_t t = 0; t < width; ++t) {
            double sum = 0;
            for (std::int64_t k = t; k < width; ++k) {
                const double next = k + 1 < width ? number(values[row][k + 1]) : 0.0;
                const double delta = number(rewards[row][k]) + gamma * next - number(values[row][k]);
                sum += std::pow(gamma * lam, static_cast<double>(k - t)) * delta;
            }
            CHECK(number(advantages[row][t]) == doctest::Approx(sum).epsilon(1e-12));
        }
    }
}

TEST_CASE("returns come from unwhitened advantages, whitening from the mask alone") {
    const at::Tensor values = normal({4, 6}, 7), rewards = normal({4, 6}, 8), mask = mask_of({6, 2, 1, 4}, 6);
    const Advantages out = compute_advantages(values, rewards, mask, {.gamma = 0.99});
    const at::Tensor plain = generalised_advantages(values * mask, rewards * mask, 0.99, 0.95);
    CHECK(at::equal(out.values, values * mask));
    CHECK(difference(out.returns * mask, (plain + values) * mask) < 1e-6);
    CHECK(difference(out.advantages * mask, masked_whiten(plain, mask) * mask) < 1e-6);
    const Advantages biased = compute_advantages(values, rewards, mask, {.gamma = 0.99, .unbiased = false});
    CHECK(number(masked_variance(biased.advantages, mask, false)) == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("advantages do not depend on how wide rows are padded, nor on what stands there") {
    const std::vector<std::int64_t> lengths{5, 2, 1, 4};
    const at::Tensor mask = mask_of(lengths, 5), wide_mask = mask_of(lengths, 9);
    const at::Tensor values = normal({4, 5}, 9), rewards = normal({4, 5}, 10);
    const at::Tensor junk = at::full({4, 4}, std::nan(""));
    for (const bool whiten_rewards : {false, true}) {
        const AdvantageOptions options{.gamma = 0.99, .whiten_rewards = whiten_rewards};
        const Advantages narrow = compute_advantages(values, rewards, mask, options);
        const Advantages wide =
            compute_advantages(at::cat({values, junk}, 1), at::cat({rewards, junk}, 1), wide_mask, options);
        CHECK(difference(wide.advantages.narrow(1, 0, 5) * mask, narrow.advantages * mask) < 1e-6);
        CHECK(difference(wide.returns.narrow(1, 0, 5) * mask, narrow.returns * mask) < 1e-6);
    }
}
