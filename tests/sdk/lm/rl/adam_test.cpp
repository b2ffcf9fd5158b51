#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "anabranch/error.h"
#include "anabranch/lm/rl/optimiser.h"
#include "numbers.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

namespace {

at::Tensor parameter(const std::vector<double>& values) {
    return at::tensor(values, at::kDouble).requires_grad_();
}

void give(at::Tensor& parameter, const std::vector<double>& gradient) {
    parameter.mutable_grad() = at::tensor(gradient, at::kDouble);
}

/// Three steps from (0.5, -1.25, 2) with fixed gradients.
at::Tensor after_three_steps(const AdamOptions& options) {
    at::Tensor trained = parameter({0.5, -1.25, 2.0});
    Adam adam({trained}, options);
    for (const std::vector<double>& gradient :
         {std::vector{0.3, -0.02, 1.5}, std::vector{0.1, 0.4, -2.0}, std::vector{-0.7, 0.0, 0.25}}) {
        give(trained, gradient);
        adam.step();
    }
    return trained.detach();
}

}  // namespace

// Expected: torch.optim.Adam and AdamW of torch 2.13 on the same numbers in float64.
TEST_CASE("three steps of Adam and AdamW give torch.optim's numbers") {
    const auto expect = [](const AdamOptions& options, const std::vector<double>& expected) {
        CHECK(difference(after_three_steps(options), at::tensor(expected, at::kDouble)) < 1e-14);
    };
    expect({.learning_rate = 0.1}, {0.3434206108853976, -1.2758415676554475, 1.9278744003970232});
    expect({.learning_rate = 0.1, .weight_decay = 0.05},
           {0.33744455626125447, -1.2390451689328923, 1.9157648097682871});
    expect({.learning_rate = 0.1, .weight_decay = 0.05, .decoupled = true},
           {0.33739108030802839, -1.2578277784690797, 1.8989248951863522});
    expect({.learning_rate = 0.1, .epsilon = 0.01}, {0.34970292452280805, -1.3044802484753577, 1.9283694426075522});
}

TEST_CASE("TensorFlow's epsilon stands beside the uncorrected root") {
    const AdamOptions options{.learning_rate = 0.1, .epsilon = 0.01, .placement = EpsilonPlacement::tensorflow};
    at::Tensor trained = parameter({1.0});
    Adam adam({trained}, options);
    give(trained, {0.3});
    adam.step();
    // m = 0.1 g, v = 0.001 g^2; step = lr sqrt(1 - 0.999) / (1 - 0.9) * m / (sqrt(v) + epsilon)
    const double expected = 1 - 0.1 * std::sqrt(0.001) / 0.1 * 0.03 / (std::sqrt(0.001) * 0.3 + 0.01);
    CHECK(number(trained[0]) == doctest::Approx(expected).epsilon(1e-14));
}

TEST_CASE("a parameter without a gradient is left alone, its step count too") {
    at::Tensor first = parameter({1.0}), second = parameter({2.0});
    Adam adam({first, second}, {.learning_rate = 0.1, .weight_decay = 0.5});
    give(first, {1.0});
    adam.step();
    CHECK(number(second[0]) == 2.0);
    CHECK(at::equal(adam.state().at("step"), at::tensor({1, 0}, at::kLong)));
    adam.zero_gradients();
    CHECK_FALSE(first.grad().defined());
}

TEST_CASE("a restored optimiser goes on with the same bits") {
    at::Tensor trained = parameter({0.5, -1.0});
    Adam adam({trained}, {.learning_rate = 0.1});
    give(trained, {1.0, -2.0});
    adam.step();

    at::Tensor copy = trained.detach().clone().requires_grad_();
    Adam restored({copy}, {.learning_rate = 0.1});
    restored.restore(adam.state());
    give(trained, {0.5, 0.25});
    give(copy, {0.5, 0.25});
    adam.step();
    restored.step();
    CHECK(at::equal(trained, copy));

    auto state = adam.state();
    state.erase("exp_avg_sq.0");
    CHECK_THROWS_WITH_AS(restored.restore(state), "the optimiser's saved state lacks 'exp_avg_sq.0'", Error);
    state["exp_avg_sq.0"] = at::zeros({3});
    CHECK_THROWS_AS(restored.restore(state), Error);
}

TEST_CASE("the learning rate can be set, and options are checked") {
    at::Tensor trained = parameter({1.0});
    Adam adam({trained}, {.learning_rate = 0.1});
    adam.set_learning_rate(0);
    give(trained, {1.0});
    adam.step();
    CHECK(number(trained[0]) == 1.0);
    CHECK_THROWS_AS(adam.set_learning_rate(-1), Error);
    CHECK_THROWS_AS(adam.set_learning_rate(std::numeric_limits<double>::quiet_NaN()), Error);
    CHECK_THROWS_AS(Adam({trained}, {.beta2 = 1.0}), Error);
    CHECK_THROWS_WITH_AS(Adam({at::zeros({2})}, {}),
                         "parameter 0 of the optimiser requires no gradient; expected a leaf that does", Error);
}

TEST_CASE("gradients are clipped to a norm over all parameters together") {
    std::vector<at::Tensor> parameters{parameter({0, 0}), parameter({0}), parameter({0})};
    CHECK(gradient_norm(parameters) == 0.0);
    give(parameters[0], {2, 4});
    give(parameters[1], {4});
    CHECK(gradient_norm(parameters) == doctest::Approx(6.0));
    clip_gradients(parameters, 6, 7);
    CHECK(gradient_norm(parameters) == doctest::Approx(6.0));
    clip_gradients(parameters, 6, 3);
    CHECK(gradient_norm(parameters) == doctest::Approx(3.0).epsilon(1e-6));
    CHECK(number(parameters[1].grad()[0]) == doctest::Approx(4 * 3 / (6 + 1e-6)));
}

TEST_CASE("a gradient may be laid out otherwise than its parameter") {
    const at::Tensor gradient = at::arange(6, at::kDouble).view({3, 2}).t() - 2.5;
    const auto after = [&](const at::Tensor& given) {
        at::Tensor trained = at::ones({2, 3}, at::kDouble).requires_grad_();
        Adam adam({trained}, {.learning_rate = 0.1});
        for (int step = 0; step < 2; ++step) {
            trained.mutable_grad() = given * (step + 1);
            adam.step();
        }
        return trained.detach();
    };
    REQUIRE_FALSE((gradient * 1).is_contiguous());
    CHECK(at::equal(after(gradient), after(gradient.contiguous())));
}
