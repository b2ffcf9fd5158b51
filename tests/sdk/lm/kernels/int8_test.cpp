#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <anabranch/lm/kernels/cross_entropy.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <doctest/doctest.h>
#include <support/error_of.h>

#include <cmath>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using anabranch::tests::contains;
using anabranch::tests::error_of;

namespace {

constexpr auto types = {at::kFloat, at::kBFloat16};

at::Tensor input(at::IntArrayRef shape, at::ScalarType type, std::uint64_t seed) {
    return at::randn(shape, at::detail::createCPUGenerator(seed)).to(type);
}

at::Tensor exact(const Weight& weight) {
    return weight.values.to(at::kDouble) * weight.scales.to(at::kDouble).unsqueeze(1);
}

/// As a layer has them: results of size about 1.
Weight int8_weight(std::int64_t rows, std::int64_t width, std::uint64_t seed) {
    return quantise(input({rows, width}, at::kFloat, seed) / std::sqrt(static_cast<double>(width)));
}

}  // namespace

TEST_CASE("int8 rows: the largest number of a row is 127 steps, the others go to the nearest step") {
    const Weight made = quantise(at::tensor({2.54, -1.0, 0.011, 0.009, 0.0, 0.0, 0.0, 0.0}, at::kFloat).view({2, 4}));
    CHECK(at::equal(made.values, at::tensor({127, -50, 1, 0, 0, 0, 0, 0}, at::kChar).view({2, 4})));
    CHECK(made.scales[0].item<double>() == doctest::Approx(0.02));
    CHECK(made.scales[1].item<double>() == 0);
    CHECK(made.bytes() == 8 + 2 * 4);

    const at::Tensor rows = input({300, 5000}, at::kFloat, 1);  // quantised in more than one block
    const Weight many = quantise(rows);
    const at::Tensor step = many.scales.to(at::kDouble).unsqueeze(1);
    CHECK(((exact(many) - rows).abs() <= step * 0.50001).all().item<bool>());
    CHECK(at::equal(many.values.to(at::kInt).abs().amax(1), at::full({300}, 127, at::kInt)));
    CHECK(contains(error_of([] {
                       return quantise(at::tensor({1.0, 2.0, std::nan(""), 4.0}, at::kFloat).view({2, 2}));
                   }),
                   "row 1"));
}

TEST_CASE("rows of an int8 weight as numbers: a range, and those that are asked for") {
    const Weight weight = int8_weight(40, 33, 1);
    for (const auto type : types) {
        const at::Tensor all = exact(weight).to(at::kFloat).to(type);
        CHECK(at::equal(plain_rows(weight, 3, 20, type), all.narrow(0, 3, 20)));
        const at::Tensor index = at::tensor({39, 0, 0, 7}, at::kLong);
        CHECK(at::equal(chosen_rows(weight, index, type), all.index_select(0, index)));
    }
}

TEST_CASE("products with an int8 weight and their gradients are those with the numbers it stands for") {
    for (const auto type : types) {
        for (const auto& [rows, width] : {std::pair(37, 50), std::pair(64, 64), std::pair(50000, 64)}) {
            const Weight weight = int8_weight(rows, width, 2);  // the last in several blocks
            for (const std::int64_t count : {1, 2, 3, 7, 8, 9, 33, 70}) {
                CAPTURE(count);
                CAPTURE(rows);
                const at::Tensor x = input({count, width}, type, 3);
                CHECK(excess(project(x, weight), x.to(at::kDouble).mm(exact(weight).t()), operation(type)) < 1);
                const at::Tensor dy = (input({count, rows}, type, 4) * 0.1).to(type);
                CHECK(excess(project_gradient(dy, weight), dy.to(at::kDouble).mm(exact(weight)), operation(type)) < 1);
            }
        }
    }
}

TEST_CASE("few rows with an int8 weight: a row has the same bits alone and among others, on any number of threads") {
    const Weight weight = int8_weight(3001, 100, 5);
    for (const auto type : types) {
        const at::Tensor x = input({7, 100}, type, 6);
        const at::Tensor together = project(x, weight);
        for (std::int64_t row = 0; row < 7; ++row)
            CHECK(at::equal(project(x.narrow(0, row, 1), weight), together.narrow(0, row, 1)));
        const int threads = at::get_num_threads();
        at::set_num_threads(1);
        CHECK(at::equal(project(x, weight), together));
        at::set_num_threads(threads);
    }
}

TEST_CASE("log-probabilities, cross entropy and their gradients of an int8 head are those of its numbers") {
    for (const auto type : types) {
        const Weight head = quantise(input({50000, 16}, at::kFloat, 8) * 0.3);
        const Weight plain(exact(head).to(type));
        const at::Tensor targets = at::randint(0, 50000, {400}, at::detail::createCPUGenerator(9), at::kLong);
        const auto both = [&](const Weight& with) {
            const at::Tensor hidden = input({400, 16}, type, 10).requires_grad_(true);
            const TokenLogprobs said = token_logprobs(hidden, with, targets);
            const at::Tensor loss = cross_entropy_sum(hidden, with, targets);
            (said.logprobs.sum() * 2 - loss).backward();
            return std::pair(at::cat({said.logprobs.detach(), said.entropy, loss.detach().view({1}) / 400}),
                             hidden.grad());
        };
        const auto [numbers, gradient] = both(head);
        const auto [expected, expected_gradient] = both(plain);
        CHECK(excess(numbers, expected, operation(type)) < 1);
        CHECK(excess(gradient, expected_gradient, operation(type)) < 1);
    }
}
