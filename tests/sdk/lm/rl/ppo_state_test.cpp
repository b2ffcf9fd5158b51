#include <doctest/doctest.h>

#include "anabranch/error.h"
#include "toy_policy.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

namespace {

PpoConfig scaled_config() {
    PpoConfig config = toy_config();
    config.scores.scaling = true;
    config.kl.target = 0.01;
    config.kl.horizon = 100;
    return config;
}

std::map<std::string, at::Tensor> copied(std::map<std::string, at::Tensor> state) {
    for (auto& [name, tensor] : state) tensor = tensor.clone();
    return state;
}

}  // namespace

TEST_CASE("a resumed PPO run goes on with the same bits") {
    ToyPolicy toy;
    PpoTrainer trainer(scaled_config(), toy.parameters());
    trainer.step(toy.batch(), toy.evaluator(), Random(1));
    CHECK(trainer.kl_coef() != 0.2);
    CHECK(number(trainer.state().at("running_moments")[3]) == 8.0);  // the count of scores seen

    ToyPolicy resumed;
    resumed.logits = toy.logits.detach().clone().requires_grad_();
    resumed.value = toy.value.detach().clone().requires_grad_();
    PpoTrainer other(scaled_config(), resumed.parameters());
    other.restore(copied(trainer.state()));

    const auto expected = trainer.step(toy.batch(), toy.evaluator(), Random(2));
    const auto statistics = other.step(resumed.batch(), resumed.evaluator(), Random(2));
    CHECK(without_times(statistics) == without_times(expected));
    CHECK(at::equal(toy.logits, resumed.logits));
    CHECK(at::equal(toy.value, resumed.value));
    CHECK(other.kl_coef() == trainer.kl_coef());
    const auto one = trainer.state(), two = other.state();
    REQUIRE(one.size() == 7);  // coefficient, moments, steps, two averages of two parameters
    for (const auto& [name, tensor] : one) CHECK_MESSAGE(at::equal(tensor, two.at(name)), name);
}

TEST_CASE("a state that lacks something is refused, and nothing changes") {
    ToyPolicy toy;
    PpoTrainer trainer(scaled_config(), toy.parameters());
    const auto before = copied(trainer.state());
    for (const std::string missing : {"kl_coef", "running_moments", "optimiser.step", "optimiser.exp_avg.1"}) {
        auto state = copied(before);
        state["kl_coef"] += 1;
        state.erase(missing);
        CHECK_THROWS_AS(trainer.restore(state), Error);
        CHECK(trainer.kl_coef() == 0.2);
    }
}

TEST_CASE("the learning rate is set from outside") {
    ToyPolicy toy;
    PpoTrainer trainer(toy_config(), toy.parameters());
    trainer.set_learning_rate(0);
    CHECK(trainer.step(toy.batch(), toy.evaluator(), Random(1)).at("ppo/learning_rate") == 0.0);
    CHECK(at::equal(toy.logits, ToyPolicy().logits));
}
