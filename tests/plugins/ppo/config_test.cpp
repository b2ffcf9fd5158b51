#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/ppo/config.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

lm::PpoConfig config(Given given) {
    Spec spec("test.ppo", "");
    ppo::add_parameters(spec);
    return ppo::config_of(Parameters(spec.parameters, std::move(given)));
}

}  // namespace

TEST_CASE("ppo.update: every parameter reaches the trainer") {
    const lm::PpoConfig c = config({{"lr", 0.5},
                                    {"adam_beta1", 0.7},
                                    {"adam_beta2", 0.8},
                                    {"adam_epsilon", 0.01},
                                    {"weight_decay", 0.02},
                                    {"max_grad_norm", 3.0},
                                    {"ppo_epochs", std::int64_t{7}},
                                    {"mini_batch_size", std::int64_t{5}},
                                    {"gradient_accumulation_steps", std::int64_t{6}},
                                    {"init_kl_coef", 0.03},
                                    {"adap_kl_ctrl", false},
                                    {"target", 8.0},
                                    {"horizon", 99.0},
                                    {"early_stopping", true},
                                    {"target_kl", 0.4},
                                    {"gamma", 0.9},
                                    {"lam", 0.6},
                                    {"whiten_rewards", true},
                                    {"cliprange", 0.11},
                                    {"cliprange_value", 0.12},
                                    {"vf_coef", 0.13},
                                    {"ratio_threshold", 14.0},
                                    {"reward_baseline", 0.15},
                                    {"use_score_scaling", true},
                                    {"use_score_norm", true},
                                    {"score_clip", 0.16}});
    CHECK(c.optimiser.learning_rate == 0.5);
    CHECK(c.optimiser.beta1 == 0.7);
    CHECK(c.optimiser.beta2 == 0.8);
    CHECK(c.optimiser.epsilon == 0.01);
    CHECK(c.optimiser.weight_decay == 0.02);
    CHECK(c.max_grad_norm == 3.0);
    CHECK(c.ppo_epochs == 7);
    CHECK(c.mini_batch_size == 5);
    CHECK(c.gradient_accumulation_steps == 6);
    CHECK(c.kl.init_kl_coef == 0.03);
    CHECK_FALSE(c.kl.adaptive);
    CHECK(c.kl.target == 8);
    CHECK(c.kl.horizon == 99);
    CHECK(c.early_stopping);
    CHECK(c.target_kl == 0.4);
    CHECK(c.advantages.gamma == 0.9);
    CHECK(c.advantages.lam == 0.6);
    CHECK(c.advantages.whiten_rewards);
    CHECK(c.loss.cliprange == 0.11);
    CHECK(c.loss.cliprange_value == 0.12);
    CHECK(c.loss.vf_coef == 0.13);
    CHECK(c.loss.ratio_threshold == 14);
    CHECK(c.scores.baseline == 0.15);
    CHECK(c.scores.scaling);
    CHECK(c.scores.norm);
    CHECK(c.scores.clip == 0.16);
}

TEST_CASE("ppo.update: the defaults are those of the trainer, for each version") {
    for (const char* compat : {"trl-0.4", "trl-0.5", "openai-2019"}) {
        CAPTURE(compat);
        const lm::PpoConfig found = config({{"compat", compat}});
        const lm::PpoConfig expected = lm::ppo_config(lm::compat_named(compat));
        CHECK(found.compat == expected.compat);
        CHECK(found.optimiser.learning_rate == expected.optimiser.learning_rate);
        CHECK(found.optimiser.epsilon == expected.optimiser.epsilon);
        CHECK(found.max_grad_norm == expected.max_grad_norm);
        CHECK(found.ppo_epochs == expected.ppo_epochs);
        CHECK(found.mini_batch_size == expected.mini_batch_size);
        CHECK(found.gradient_accumulation_steps == expected.gradient_accumulation_steps);
        CHECK(found.kl.init_kl_coef == expected.kl.init_kl_coef);
        CHECK(found.kl.adaptive == expected.kl.adaptive);
        CHECK(found.kl.target == expected.kl.target);
        CHECK(found.kl.horizon == expected.kl.horizon);
        CHECK(found.target_kl == expected.target_kl);
        CHECK(found.advantages.gamma == expected.advantages.gamma);
        CHECK(found.advantages.lam == expected.advantages.lam);
        CHECK(found.advantages.whiten_rewards == expected.advantages.whiten_rewards);
        CHECK(found.loss.cliprange == expected.loss.cliprange);
        CHECK(found.loss.cliprange_value == expected.loss.cliprange_value);
        CHECK(found.loss.vf_coef == expected.loss.vf_coef);
        CHECK(found.loss.ratio_threshold == expected.loss.ratio_threshold);
        CHECK(found.scores.scaling == expected.scores.scaling);
        CHECK(found.scores.clip == expected.scores.clip);
    }
}

TEST_CASE("ppo.update: parameters that do not fit are refused") {
    CHECK(contains(error_of([] { return config({{"use_score_norm", true}}); }), "needs use_score_scaling"));
    CHECK(contains(error_of([] { return config({{"compat", "trl-1"}}); }), "one of trl-0.4"));
    CHECK(contains(error_of([] { return config({{"mini_batch_size", std::int64_t{0}}}); }), "mini_batch_size"));
}
