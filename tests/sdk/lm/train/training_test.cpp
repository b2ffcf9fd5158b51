#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/train/training.h>
#include <doctest/doctest.h>

#include <cmath>

using namespace anabranch::lm;

namespace {

at::Tensor leaf(const std::vector<double>& values, at::IntArrayRef shape) {
    return at::tensor(values, at::kDouble).view(shape).requires_grad_(true);
}
void give(at::Tensor parameter, const std::vector<double>& gradient) {
    parameter.mutable_grad() = at::tensor(gradient, at::kDouble).view(parameter.sizes());
}

}  // namespace

TEST_CASE("weight decay leaves norms and biases, parameters of one dimension, alone") {
    const at::Tensor matrix = leaf({2.0, -4.0}, {1, 2});
    const at::Tensor norm = leaf({2.0, -4.0}, {2});
    Training training(
        {matrix, norm},
        {.adam = {.learning_rate = 0.1, .weight_decay = 0.5, .decoupled = true, .decays_vectors = false}});
    give(matrix, {0.0, 0.0});
    give(norm, {0.0, 0.0});
    training.step();
    CHECK(at::allclose(matrix.detach().view(-1), at::tensor({1.9, -3.8}, at::kDouble), 1e-12, 1e-12));
    CHECK(at::equal(norm.detach(), at::tensor({2.0, -4.0}, at::kDouble)));
}

TEST_CASE("a gradient is clipped by its norm over all parameters; the norm reported is that before") {
    const at::Tensor a = leaf({0.0}, {1, 1});
    const at::Tensor b = leaf({0.0}, {1, 1});
    // With beta1 = beta2 = 0 and a large epsilon a step is nearly lr / epsilon times the gradient.
    Training training({a, b},
                      {.adam = {.learning_rate = 1e6, .beta1 = 0, .beta2 = 0, .epsilon = 1e6, .decoupled = true},
                       .max_grad_norm = 0.5});
    give(a, {3.0});
    give(b, {-4.0});
    const auto done = training.step();
    CHECK(done.grad_norm == doctest::Approx(5.0));
    CHECK(a.item<double>() == doctest::Approx(-0.3).epsilon(1e-5));
    CHECK(b.item<double>() == doctest::Approx(0.4).epsilon(1e-5));
    CHECK_FALSE(a.grad().defined());
}

TEST_CASE("a gradient that is not finite changes nothing and is not kept") {
    const at::Tensor a = leaf({1.0}, {1, 1});
    Training training({a}, {});
    give(a, {NAN});
    CHECK_THROWS_WITH_AS(training.step(), doctest::Contains("norm is nan"), anabranch::Error);
    CHECK(a.item<double>() == 1.0);
    CHECK_FALSE(a.grad().defined());
    CHECK(training.steps() == 0);
    CHECK_THROWS_WITH_AS(Training({}, {}), doctest::Contains("nothing to train"), anabranch::Error);
    CHECK_THROWS_AS(Training({a}, {.max_grad_norm = 0.0}), anabranch::Error);
}

TEST_CASE("a restored training goes on with the same bits, its schedule too") {
    const TrainingOptions options{.adam = {.learning_rate = 0.1, .weight_decay = 0.1, .decoupled = true},
                                  .schedule = {ScheduleKind::cosine, 2, 6}};
    const auto run = [&](int interrupted) {
        const at::Tensor a = leaf({1.0, -2.0, 0.5}, {1, 3});
        auto training = std::make_unique<Training>(std::vector{a}, options);
        std::vector<double> rates;
        for (int step = 0; step < 6; ++step) {
            if (step == interrupted) {
                auto state = training->state();
                for (auto& [name, tensor] : state) tensor = tensor.clone();
                training = std::make_unique<Training>(std::vector{a}, options);
                training->restore(state);
            }
            give(a, {0.3 * step - 1, 0.2, -0.1 * step});
            rates.push_back(training->step().learning_rate);
        }
        return std::pair(a.detach().clone(), rates);
    };
    const auto whole = run(-1);
    const auto resumed = run(3);
    CHECK(at::equal(whole.first, resumed.first));
    CHECK(whole.second == resumed.second);
    CHECK(whole.second.back() < whole.second[2]);
    const at::Tensor a = leaf({1.0}, {1, 1});
    CHECK_THROWS_WITH_AS(Training({a}, {}).restore({}), doctest::Contains("'steps'"), anabranch::Error);
}
