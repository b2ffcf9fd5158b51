#include "anabranch/lm/rl/masked.h"

#include <doctest/doctest.h>

#include <limits>

#include "numbers.h"

using namespace anabranch::lm;
using namespace anabranch::lm::testing;

TEST_CASE("masked mean and variance, by hand") {
    const at::Tensor values = matrix({{1, 2, 100}, {4, 5, 6}});
    const at::Tensor mask = matrix({{1, 1, 0}, {1, 1, 0}});
    CHECK(number(masked_mean(values, mask)) == 3.0);
    CHECK(number(masked_variance(values, mask, /*unbiased=*/false)) == 2.5);  // (4 + 1 + 1 + 4) / 4
    CHECK(number(masked_variance(values, mask)) == doctest::Approx(10.0 / 3));
}

TEST_CASE("whitening gives mean 0 and variance 1, or keeps the mean") {
    const at::Tensor values = normal({5, 7}, 1, at::kDouble) * 3 + 2;
    const at::Tensor mask = mask_of({7, 3, 1, 5, 2}, 7);
    const at::Tensor whitened = masked_whiten(values, mask);
    CHECK(number(masked_mean(whitened, mask)) == doctest::Approx(0).epsilon(1e-12));
    CHECK(number(masked_variance(whitened, mask)) == doctest::Approx(1).epsilon(1e-7));
    const at::Tensor unshifted = masked_whiten(values, mask, /*shift_mean=*/false);
    CHECK(number(masked_mean(unshifted, mask)) == doctest::Approx(number(masked_mean(values, mask))));
    const at::Tensor biased = masked_whiten(values, mask, true, /*unbiased=*/false);
    CHECK(number(masked_variance(biased, mask, false)) == doctest::Approx(1).epsilon(1e-7));
}

TEST_CASE("what stands outside a mask never counts, in values or gradients") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    at::Tensor values = matrix({{1, 2, nan}, {4, nan, -1.0 / 0.0}}).requires_grad_();
    const at::Tensor mask = matrix({{1, 1, 0}, {1, 0, 0}});
    CHECK(number(masked_mean(values, mask)) == doctest::Approx(7.0 / 3));
    CHECK(number(masked_variance(values, mask)) == doctest::Approx(7.0 / 3));
    masked_mean(values, mask).backward();
    CHECK(difference(values.grad(), mask / 3) < 1e-7);
}

TEST_CASE("a single value has variance 0 and whitens to 0") {
    const at::Tensor values = matrix({{3, 9}});
    const at::Tensor mask = matrix({{1, 0}});
    CHECK(number(masked_variance(values, mask)) == 0.0);
    CHECK(number(masked_whiten(values, mask)[0][0]) == 0.0);
}
