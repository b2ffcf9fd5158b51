#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "anabranch/error.h"
#include "toy_policy.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

namespace {

/// The message of the Error that `body` throws.
template <typename Body>
std::string message_of(Body&& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

const double nan_number = std::numeric_limits<double>::quiet_NaN();

EpochOrder in_order() {
    return [](std::int64_t) { return std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7}; };
}

}  // namespace

TEST_CASE("a loss that is not finite names epoch, minibatch, row and token, and undoes the step") {
    ToyPolicy toy;
    PpoConfig config = toy_config();
    config.scores.scaling = true;
    PpoTrainer trainer(config, toy.parameters());
    trainer.step(toy.batch(), toy.evaluator(), Random(1));
    std::map<std::string, at::Tensor> before = trainer.state();
    for (auto& [name, tensor] : before) tensor = tensor.clone();
    const at::Tensor logits = toy.logits.detach().clone(), value = toy.value.detach().clone();

    int calls = 0;
    const Evaluate failing = [&](std::span<const std::int64_t> rows) {
        Evaluation now = toy.evaluate(rows);
        if (++calls == 7) now.logprobs = now.logprobs + at::full({}, nan_number);  // epoch 1, third minibatch
        return now;
    };
    const std::string message = message_of([&] { trainer.step(toy.batch(), failing, in_order()); });
    CHECK_MESSAGE(message.starts_with("PPO epoch 1, minibatch 2 (rows 4, 5): the loss is nan"), message);
    CHECK_MESSAGE(message.find("row 4's log-probability at token 0 is not finite") != std::string::npos, message);
    CHECK(at::equal(toy.logits, logits));
    CHECK(at::equal(toy.value, value));
    CHECK_FALSE(toy.logits.grad().defined());
    for (const auto& [name, tensor] : trainer.state()) CHECK_MESSAGE(at::equal(tensor, before.at(name)), name);
}

TEST_CASE("without the copy, a failed step leaves the earlier minibatches applied") {
    ToyPolicy toy;
    PpoConfig config = toy_config();
    config.undo_failed_step = false;
    PpoTrainer trainer(config, toy.parameters());
    int calls = 0;
    const Evaluate failing = [&](std::span<const std::int64_t> rows) {
        if (++calls == 5) throw std::runtime_error("no memory");
        return toy.evaluate(rows);
    };
    CHECK_THROWS_WITH_AS(trainer.step(toy.batch(), failing, in_order()), "no memory", std::runtime_error);
    CHECK_FALSE(at::equal(toy.logits, ToyPolicy().logits));
}

TEST_CASE("a gradient that is not finite is refused") {
    ToyPolicy toy;
    PpoTrainer trainer(toy_config(), toy.parameters());
    const Evaluate infinite = [&](std::span<const std::int64_t> rows) {
        Evaluation now = toy.evaluate(rows);
        now.values = now.values + (toy.value - toy.value.detach()).abs().sum().sqrt();  // 0, of infinite slope
        return now;
    };
    const std::string message = message_of([&] { trainer.step(toy.batch(), infinite, in_order()); });
    CHECK_MESSAGE(message.find("PPO epoch 0, minibatch 1") == 0, message);
    CHECK_MESSAGE(message.find("the gradient's norm is") != std::string::npos, message);
    CHECK(at::equal(toy.value, ToyPolicy().value));
}

TEST_CASE("a batch that cannot be used is refused with its row") {
    const auto refused = [](auto&& spoil) {
        ToyPolicy toy;
        PpoTrainer trainer(toy_config(), toy.parameters());
        PpoBatch batch = toy.batch();
        spoil(batch);
        const std::string message = message_of([&] { trainer.step(batch, toy.evaluator(), Random(1)); });
        CHECK(at::equal(toy.logits, ToyPolicy().logits) == (message != "nothing was thrown"));
        return message;
    };
    CHECK(refused([](PpoBatch& b) { b.scores[5] = nan_number; }) ==
          "the PPO batch's scores of row 5 hold nan; expected finite numbers");
    CHECK(refused([](PpoBatch& b) { b.values[2][1] = -1.0 / 0.0; }) ==
          "the PPO batch's values of row 2 hold -inf; expected finite numbers");
    CHECK(refused([](PpoBatch& b) { b.values[3][4] = nan_number; }) == "nothing was thrown");  // outside the mask
    CHECK(refused([](PpoBatch& b) { b.mask[3] = 0; }) ==
          "row 3 of the mask is empty; expected at least one response token");
    CHECK(refused([](PpoBatch& b) { b.mask[3][0] = 0.5; }) ==
          "row 3 of the PPO batch's mask holds a number that is neither 0 nor 1");
    CHECK(refused([](PpoBatch& b) { b.ref_logprobs = at::Tensor(); }) ==
          "the PPO batch has no reference log-probabilities");
    CHECK(refused([](PpoBatch& b) { b.values = b.values.narrow(1, 0, 4); }) ==
          "the PPO batch's values are [8, 4]; expected [8, 5]");
    CHECK(refused([](PpoBatch& b) { b.query_lengths.pop_back(); }) == "the PPO batch has 7 query lengths for 8 rows");
}

TEST_CASE("an evaluation, an order or a size that does not fit is refused") {
    ToyPolicy toy;
    PpoTrainer trainer(toy_config(), toy.parameters());
    const auto step = [&](const Evaluate& evaluate, const EpochOrder& order) {
        return message_of([&] { trainer.step(toy.batch(), evaluate, order); });
    };
    CHECK(step([&](auto rows) { return toy.evaluate(rows, 3); }, in_order()) ==
          "PPO epoch 0, minibatch 0 (rows 0, 1): the policy gave log-probabilities [2, 3]; expected [2, 5 to 5]");
    CHECK(step([&](auto) { return toy.evaluate(std::vector<std::int64_t>{0}); }, in_order()).find("mask [2, 5]") !=
          std::string::npos);
    const Evaluate constant = [&](std::span<const std::int64_t> rows) {
        const Evaluation now = toy.evaluate(rows);
        return Evaluation{now.logprobs.detach(), now.values.detach(), {}};
    };
    CHECK(step(constant, in_order()).find("without a graph") != std::string::npos);
    CHECK(step(toy.evaluator(), [](std::int64_t) { return std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 6}; }) ==
          "the order of rows is no permutation of 0 to 7");

    PpoConfig config = toy_config();
    config.mini_batch_size = 3;
    PpoTrainer uneven(config, toy.parameters());
    CHECK(message_of([&] { uneven.step(toy.batch(), toy.evaluator(), Random(1)); }) ==
          "the PPO batch has 8 rows; expected a multiple of 6 (mini_batch_size 3 x gradient_accumulation_steps 2)");
    config = toy_config();
    config.kl_penalty = KlKind::full;
    PpoTrainer full(config, toy.parameters());
    CHECK(message_of([&] { full.step(toy.batch(), toy.evaluator(), Random(1)); }).find("full_kl") != std::string::npos);
}
