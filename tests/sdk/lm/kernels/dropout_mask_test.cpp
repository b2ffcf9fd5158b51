#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <anabranch/lm/kernels/dropout_mask.h>
#include <doctest/doctest.h>

#include <cmath>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

TEST_CASE("a dropout mask keeps the share asked for, scaled so that the mean is 1, in every row and column") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        for (const double probability : {0.05, 0.5}) {
            const at::Tensor mask = dropout_mask(at::empty({512, 333}, type), {probability, 7}).to(at::kDouble);
            const double kept = mask.max().item<double>();
            CHECK(kept == doctest::Approx(1 / (1 - probability)).epsilon(4e-3));
            CHECK(((mask == 0) | (mask == kept)).all().item<bool>());
            const at::Tensor dropped = (mask == 0).to(at::kDouble);
            // Within 5 deviations of the binomial distribution, for the whole and for each row and column.
            const auto bound = [&](std::int64_t count) {
                return 5 * std::sqrt(probability * (1 - probability) / static_cast<double>(count));
            };
            CHECK(std::abs(dropped.mean().item<double>() - probability) < bound(512 * 333));
            CHECK((dropped.mean(0) - probability).abs().max().item<double>() < bound(512));
            CHECK((dropped.mean(1) - probability).abs().max().item<double>() < bound(333));
            // Neighbours do not know of each other.
            for (const std::int64_t dim : {0, 1}) {
                const at::Tensor both =
                    dropped.narrow(dim, 1, dropped.size(dim) - 1) * dropped.narrow(dim, 0, dropped.size(dim) - 1);
                CHECK(both.mean().item<double>() == doctest::Approx(probability * probability).epsilon(0.1));
            }
        }
    }
}

TEST_CASE("a dropout mask follows its key alone, not the threads") {
    const at::Tensor x = at::empty({300, 200});
    const at::Tensor mask = dropout_mask(x, {0.3, 1});
    const int threads = at::get_num_threads();
    at::set_num_threads(threads == 1 ? 2 : 1);
    CHECK(at::equal(dropout_mask(x, {0.3, 1}), mask));
    at::set_num_threads(threads);
    CHECK_FALSE(at::equal(dropout_mask(x, {0.3, 2}), mask));
    CHECK(at::equal(dropout_mask(at::empty({100, 200}), {0.3, 1}), mask.narrow(0, 0, 100)));
    CHECK(at::equal(dropout_mask(x, {0, 1}), at::ones_like(x)));
}

TEST_CASE("what a dropout leaves, and what its gradient adds, are the mask's products") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const Dropout dropout{0.3, 5};
        const at::Tensor x = at::sin(at::arange(70 * 53)).view({70, 53}).to(type);
        const at::Tensor product = x.to(at::kDouble) * dropout_mask(at::empty_like(x, at::kFloat), dropout);
        CHECK(excess(dropped(x, dropout), product, operation(type)) <= 1);
        at::Tensor sum = at::cos(at::arange(70 * 53)).view({70, 53}).to(type);
        const at::Tensor expected = sum.to(at::kDouble) + product;
        add_dropped(sum, x, dropout);
        CHECK(excess(sum, expected, operation(type)) <= 1);
    }
}
