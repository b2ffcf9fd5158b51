#include "anabranch/lm/rl/kl.h"

#include <doctest/doctest.h>

#include <cmath>

#include "anabranch/error.h"
#include "anabranch/lm/rl/kl_controller.h"
#include "numbers.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

TEST_CASE("KL penalties of a token, by hand") {
    const at::Tensor policy = matrix({{-1, -2}}), reference = matrix({{-1.5, -0.5}});
    CHECK(at::equal(kl_penalty(KlKind::kl, policy, reference), matrix({{0.5, -1.5}})));
    CHECK(at::equal(kl_penalty(KlKind::abs, policy, reference), matrix({{0.5, 1.5}})));
    CHECK(at::equal(kl_penalty(KlKind::mse, policy, reference), matrix({{0.125, 1.125}})));
    CHECK_THROWS_AS(static_cast<void>(kl_penalty(KlKind::full, policy, reference)), Error);
    CHECK_THROWS_AS(static_cast<void>(kl_penalty(KlKind::kl, policy, matrix({{1}}))), Error);
}

TEST_CASE("the full KL is the divergence of two distributions, whatever the chunk") {
    const double expected = 0.75 * std::log(0.75 / 0.5) + 0.25 * std::log(0.25 / 0.5);
    const at::Tensor policy = matrix({{0.75, 0.25}}).log(), reference = matrix({{0.5, 0.5}}).log();
    CHECK(number(full_kl(policy, reference)) == doctest::Approx(expected).epsilon(1e-6));

    const at::Tensor rows = normal({3, 5, 11}, 2).log_softmax(-1), ref_rows = normal({3, 5, 11}, 3).log_softmax(-1);
    const at::Tensor whole = full_kl(rows, ref_rows, 1000);
    CHECK(whole.sizes() == at::IntArrayRef{3, 5});
    CHECK(at::equal(full_kl(rows, ref_rows, 4), whole));
    const at::Tensor exact = rows.to(at::kDouble);
    CHECK(difference(whole, (exact.exp() * (exact - ref_rows)).sum(-1)) < 1e-6);
    CHECK(number(full_kl(rows, rows).abs().max()) == 0.0);
    CHECK_THROWS_AS(static_cast<void>(full_kl(rows, ref_rows, 0)), Error);
}

TEST_CASE("KL penalties have names") {
    CHECK(kl_kind_named("abs") == KlKind::abs);
    CHECK(kl_kind_named("full") == KlKind::full);
    CHECK_THROWS_WITH_AS(static_cast<void>(kl_kind_named("k3")),
                         "there is no KL penalty 'k3'; expected kl, abs, mse or full", Error);
}

TEST_CASE("the adaptive coefficient moves by at most a fifth of samples / horizon") {
    KlController adaptive({.init_kl_coef = 0.2, .target = 6, .horizon = 100});
    adaptive.update(6, 10);
    CHECK(adaptive.value() == 0.2);
    adaptive.update(600, 10);
    CHECK(adaptive.value() == doctest::Approx(0.2 * 1.02));
    adaptive.update(-600, 10);
    CHECK(adaptive.value() == doctest::Approx(0.2 * 1.02 * 0.98));
    adaptive.restore(0.5);
    adaptive.update(6.6, 10);
    CHECK(adaptive.value() == doctest::Approx(0.5 * 1.01));

    KlController fixed({.init_kl_coef = 0.05, .adaptive = false, .target = 0});
    fixed.update(600, 10);
    CHECK(fixed.value() == 0.05);
    CHECK_THROWS_AS(KlController({.target = 0}), Error);
}
