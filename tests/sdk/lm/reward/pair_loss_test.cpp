#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/reward/pair_loss.h>
#include <doctest/doctest.h>

#include <cmath>

using namespace anabranch::lm;

namespace {

double one(double j, double k, const at::Tensor& margin = {}, double center = 0) {
    return pair_loss(at::tensor({j}, at::kDouble), at::tensor({k}, at::kDouble), margin, center).item<double>();
}

}  // namespace

TEST_CASE("the pair loss is that worked by hand") {
    CHECK(one(1, 1) == doctest::Approx(std::log(2.0)));
    CHECK(one(2, -1) == doctest::Approx(std::log1p(std::exp(-3.0))));
    CHECK(one(2, -1, at::tensor({1.0}, at::kDouble)) == doctest::Approx(std::log1p(std::exp(-2.0))));
    CHECK(one(2, -1, {}, 0.1) == doctest::Approx(std::log1p(std::exp(-3.0)) + 0.1));
    CHECK(one(-500, 500) == doctest::Approx(1000));  // no overflow
}

TEST_CASE("the pair loss's gradient is that of finite differences") {
    const at::Tensor j = at::tensor({0.3, -1.2}, at::kDouble).requires_grad_(true);
    const at::Tensor k = at::tensor({0.1, 0.4}, at::kDouble).requires_grad_(true);
    const at::Tensor margin = at::tensor({0.2, 0.0}, at::kDouble);
    pair_loss(j, k, margin, 0.05).sum().backward();
    const double h = 1e-6;
    for (std::int64_t i = 0; i < 2; ++i) {
        const auto moved = [&](double dj, double dk) {
            return one(j[i].item<double>() + dj, k[i].item<double>() + dk, margin.narrow(0, i, 1), 0.05);
        };
        CHECK(j.grad()[i].item<double>() == doctest::Approx((moved(h, 0) - moved(-h, 0)) / (2 * h)).epsilon(1e-6));
        CHECK(k.grad()[i].item<double>() == doctest::Approx((moved(0, h) - moved(0, -h)) / (2 * h)).epsilon(1e-6));
    }
}

TEST_CASE("a tie counts as right as the original counts, and as wrong strictly") {
    const PairAccuracy accuracy = pair_accuracy(at::tensor({1.0, 2.0, 0.0, 5.0}), at::tensor({0.0, 2.0, 1.0, 4.0}));
    CHECK(accuracy.with_ties == 0.75);
    CHECK(accuracy.strict == 0.5);
    CHECK_THROWS_AS(static_cast<void>(pair_accuracy(at::empty({0}), at::empty({0}))), anabranch::Error);
}
