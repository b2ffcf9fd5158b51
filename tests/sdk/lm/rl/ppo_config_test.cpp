#include "anabranch/lm/rl/ppo_config.h"

#include <doctest/doctest.h>

#include "anabranch/error.h"

using namespace anabranch;
using namespace anabranch::lm;

TEST_CASE("PPO's defaults are the recipe's") {
    const PpoConfig config = ppo_config(compat_named("trl-0.5"));
    CHECK(config.optimiser.learning_rate == 1.41e-5);
    CHECK(config.mini_batch_size == 1);
    CHECK(config.gradient_accumulation_steps == 4);
    CHECK(config.ppo_epochs == 4);
    CHECK(config.kl.init_kl_coef == 0.2);
    CHECK(config.kl.adaptive);
    CHECK(config.advantages.lam == 0.95);
    CHECK(config.loss.vf_coef == 0.1);
    CHECK_FALSE(config.early_stopping);
    CHECK_NOTHROW(check(config));
}

TEST_CASE("openai-2019 has its own arithmetic") {
    const PpoConfig config = ppo_config(compat_named("openai-2019"));
    CHECK(config.kl.init_kl_coef == 0.15);
    CHECK(config.advantages.whiten_rewards);
    CHECK_FALSE(config.advantages.unbiased);
    CHECK(config.optimiser.placement == EpsilonPlacement::tensorflow);
    CHECK_NOTHROW(check(config));
    CHECK_THROWS_AS(static_cast<void>(compat_named("trl-0.3")), Error);
}

TEST_CASE("a parameter out of range is named") {
    PpoConfig config;
    config.mini_batch_size = 0;
    CHECK_THROWS_WITH_AS(check(config), "PPO's mini_batch_size is 0; expected at least 1", Error);
    config = {};
    config.advantages.gamma = 1.5;
    CHECK_THROWS_WITH_AS(check(config), "PPO's gamma is 1.5; expected 0 to 1", Error);
    config = {};
    config.max_grad_norm = 0.0;
    CHECK_THROWS_AS(check(config), Error);
    config = {};
    config.scores.norm = true;
    CHECK_THROWS_AS(check(config), Error);
    config = {};
    config.loss.ratio_threshold = 0.5;
    CHECK_THROWS_AS(check(config), Error);
}
