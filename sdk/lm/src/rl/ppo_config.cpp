#include "anabranch/lm/rl/ppo_config.h"

#include "anabranch/error.h"

namespace anabranch::lm {

Compat compat_named(std::string_view name) {
    if (name == "trl-0.4") return Compat::trl_0_4;
    if (name == "trl-0.5") return Compat::trl_0_5;
    if (name == "openai-2019") return Compat::openai_2019;
    throw Error(cat("there is no compat '", name, "'; expected trl-0.4, trl-0.5 (0.5 to 0.11) or openai-2019"));
}

PpoConfig ppo_config(Compat compat) {
    PpoConfig config{.compat = compat};
    if (compat == Compat::openai_2019) {
        config.optimiser.placement = EpsilonPlacement::tensorflow;
        config.kl.init_kl_coef = 0.15;
        config.advantages.whiten_rewards = true;
        config.advantages.unbiased = false;
    }
    return config;
}

void check(const PpoConfig& config) {
    const auto require = [](bool allowed, const char* name, auto value, const char* expected) {
        if (!allowed) throw Error(cat("PPO's ", name, " is ", value, "; expected ", expected));
    };
    require(config.mini_batch_size >= 1, "mini_batch_size", config.mini_batch_size, "at least 1");
    require(config.gradient_accumulation_steps >= 1, "gradient_accumulation_steps", config.gradient_accumulation_steps,
            "at least 1");
    require(config.ppo_epochs >= 1, "ppo_epochs", config.ppo_epochs, "at least 1");
    const double norm = config.max_grad_norm.value_or(1);
    require(norm > 0, "max_grad_norm", norm, "above 0, or none");
    const auto& [gamma, lam, whiten_rewards, unbiased] = config.advantages;
    require(gamma >= 0 && gamma <= 1, "gamma", gamma, "0 to 1");
    require(lam >= 0 && lam <= 1, "lam", lam, "0 to 1");
    require(config.loss.cliprange > 0, "cliprange", config.loss.cliprange, "above 0");
    require(config.loss.cliprange_value > 0, "cliprange_value", config.loss.cliprange_value, "above 0");
    require(config.loss.vf_coef >= 0, "vf_coef", config.loss.vf_coef, "at least 0");
    require(config.loss.ratio_threshold > 1, "ratio_threshold", config.loss.ratio_threshold,
            "above 1 (the mean ratio starts at 1)");
    const double clip = config.scores.clip.value_or(1);
    require(clip > 0, "score_clip", clip, "above 0, or none");
    if (config.scores.norm && !config.scores.scaling) {
        throw Error("PPO's use_score_norm is on without use_score_scaling; expected both, or neither");
    }
    if (config.early_stopping) require(config.target_kl > 0, "target_kl", config.target_kl, "above 0");
}

}  // namespace anabranch::lm
