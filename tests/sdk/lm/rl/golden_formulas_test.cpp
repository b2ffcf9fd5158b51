#include <doctest/doctest.h>

#include "anabranch/lm/json/json.h"
#include "anabranch/lm/rl/advantages.h"
#include "anabranch/lm/rl/kl.h"
#include "anabranch/lm/rl/kl_controller.h"
#include "anabranch/lm/rl/masked.h"
#include "anabranch/lm/rl/ppo_loss.h"
#include "anabranch/lm/rl/scores.h"
#include "numbers.h"
#include "sdk/lm/support/golden.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using namespace anabranch::lm::testing;

namespace {

at::Tensor numbers_of(const Json& array) {
    std::vector<double> out;
    for (std::size_t i = 0; i < array.size(); ++i) out.push_back(array.at(i).number());
    return at::tensor(out, at::kDouble);
}

}  // namespace

TEST_CASE("golden: KL penalties") {
    const Golden tensors("formulas.safetensors");
    const at::Tensor logprobs = tensors["kl/logprobs"], reference = tensors["kl/ref_logprobs"];
    for (const char* kind : {"kl", "abs", "mse"}) {
        CHECK(difference(kl_penalty(kl_kind_named(kind), logprobs, reference), tensors[std::string("kl/") + kind]) <
              1e-6);
    }
    CHECK(difference(full_kl(tensors["kl/full_logprobs"], tensors["kl/full_ref_logprobs"]), tensors["kl/full"]) < 1e-6);
}

TEST_CASE("golden: masked statistics and advantages") {
    const Golden tensors("formulas.safetensors");
    const auto get = [&](const std::string& name) { return tensors["advantages/" + name]; };
    const at::Tensor values = get("values"), rewards = get("rewards"), mask = get("mask").to(at::kFloat);
    CHECK(difference(masked_mean(values, mask), get("mean").squeeze()) < 1e-6);
    CHECK(difference(masked_variance(values, mask), get("variance").squeeze()) < 1e-6);
    CHECK(difference(masked_variance(values, mask, false), get("biased_variance").squeeze()) < 1e-6);
    CHECK(difference(masked_whiten(values, mask), get("whitened")) < 1e-6);
    CHECK(difference(masked_whiten(values, mask, false), get("whitened_unshifted")) < 1e-6);

    const Advantages out = compute_advantages(values, rewards, mask, {.gamma = 0.99});
    CHECK(difference(out.values, get("plain/values")) < 1e-6);
    CHECK(difference(out.advantages * mask, get("plain/advantages") * mask) < 1e-6);
    CHECK(difference(out.returns * mask, get("plain/returns") * mask) < 1e-6);
}

TEST_CASE("golden: whitened rewards differ from TRL's by what it leaves in the padding alone") {
    const Golden tensors("formulas.safetensors");
    const auto get = [&](const std::string& name) { return tensors["advantages/" + name]; };
    const at::Tensor values = get("values"), rewards = get("rewards"), mask = get("mask").to(at::kFloat);
    const at::Tensor whitened = masked_whiten(rewards * mask, mask, false);

    const at::Tensor leaking = generalised_advantages(values * mask, whitened, 0.99, 0.95);
    CHECK(difference(masked_whiten(leaking, mask) * mask, get("whiten_rewards/advantages") * mask) < 1e-6);
    const at::Tensor returns = get("whiten_rewards/returns");
    CHECK(difference((leaking + values) * mask, returns * mask) < 1e-6);

    const Advantages ours = compute_advantages(values, rewards, mask, {.gamma = 0.99, .whiten_rewards = true});
    const at::Tensor clean = generalised_advantages(values * mask, whitened * mask, 0.99, 0.95);
    CHECK(difference((clean + values) * mask, ours.returns * mask) < 1e-6);
    // Row 1 fills the matrix: nothing leaks into it.
    CHECK(difference(ours.returns[1], returns[1]) < 1e-6);
    CHECK(difference(ours.returns[0] * mask[0], returns[0] * mask[0]) > 1e-3);
}

TEST_CASE("golden: the loss, its gradients and its statistics") {
    const Golden tensors("formulas.safetensors");
    const Json recorded = Json::read_file(golden("formulas.json")).at("loss").at("stats");
    const auto get = [&](const std::string& name) { return tensors["loss/" + name]; };
    const at::Tensor logits = get("logits");
    const at::Tensor entropy = logits.logsumexp(-1) - (logits.softmax(-1) * logits).sum(-1);
    const PpoTargets targets{
        get("old_logprobs"), {get("values"), get("advantages"), get("returns")}, get("mask").to(at::kFloat)};
    for (const std::string name : {"plain", "over_threshold"}) {
        CAPTURE(name);
        const at::Tensor logprobs = get(name + "/logprobs").requires_grad_();
        const at::Tensor values = get(name + "/value_predictions").requires_grad_();
        const PpoLoss loss = ppo_loss({logprobs, values, entropy}, targets, {});
        CHECK(loss.over_threshold == (name == "over_threshold"));
        loss.total.backward();
        CHECK(difference(logprobs.grad(), get(name + "/logprobs_gradient")) < 1e-6);
        CHECK(difference(values.grad(), get(name + "/value_predictions_gradient")) < 1e-6);
        const Json expected = recorded.at(name);
        REQUIRE(expected.size() == 15);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CAPTURE(expected.key(i));
            CHECK(loss.statistics.at(expected.key(i)) == doctest::Approx(expected.member(i).number()).epsilon(1e-6));
        }
    }
}

TEST_CASE("golden: running moments and the scores that enter the rewards") {
    const Json recorded = Json::read_file(golden("formulas.json"));
    RunningMoments moments;
    const Json steps = recorded.at("running_moments");
    REQUIRE(steps.size() == 3);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Json step = steps.at(i);
        moments.update(numbers_of(step.at("scores")).to(at::kFloat));
        CHECK(moments.mean == doctest::Approx(step.at("mean").number()).epsilon(1e-6));
        CHECK(moments.deviation == doctest::Approx(step.at("std").number()).epsilon(1e-6));
        CHECK(moments.variance == doctest::Approx(step.at("var").number()).epsilon(1e-6));
        CHECK(moments.count == step.at("count").number());
    }

    const Json used = recorded.at("scores_used");
    REQUIRE(used.size() == 4);
    for (std::size_t i = 0; i < used.size(); ++i) {
        CAPTURE(used.key(i));
        const Json settings = used.member(i).at("settings"), batches = recorded.at("score_batches");
        ScoreOptions options{.scaling = settings.find("use_score_scaling").has_value(),
                             .norm = settings.find("use_score_norm").has_value()};
        if (const auto clip = settings.find("score_clip")) options.clip = clip->number();
        RunningMoments running;
        for (std::size_t b = 0; b < batches.size(); ++b) {
            const at::Tensor scores = numbers_of(batches.at(b)).to(at::kFloat);
            CHECK(difference(shaped_scores(scores, options, running), numbers_of(used.member(i).at("scores").at(b))) <
                  1e-6);
        }
    }
}

TEST_CASE("golden: the adaptive KL coefficient") {
    const Json recorded = Json::read_file(golden("formulas.json")).at("adaptive_kl");
    KlController controller({.init_kl_coef = recorded.at("initial").number(),
                             .target = recorded.at("target").number(),
                             .horizon = recorded.at("horizon").number()});
    for (std::size_t i = 0; i < recorded.at("kl").size(); ++i) {
        controller.update(recorded.at("kl").at(i).number(), recorded.at("batch").number());
        CHECK(controller.value() == doctest::Approx(recorded.at("coefficients").at(i).number()).epsilon(1e-12));
    }
}
