#include <plugins/ppo/config.h>

namespace anabranch::ppo {
namespace {

void add_optimiser(Spec& spec) {
    spec.parameter("lr", 1.41e-5, "Adam's learning rate", above(0))
        .parameter("adam_beta1", 0.9, "decay of Adam's mean", between(0, 0.999999))
        .parameter("adam_beta2", 0.999, "decay of Adam's mean square", between(0, 0.999999))
        .parameter("adam_epsilon", 1e-8, "Adam's epsilon", above(0))
        .parameter("weight_decay", 0.0, "Adam's weight decay, added to the gradient", at_least(0))
        .optional("max_grad_norm", ParameterKind::number,
                  "clip the gradient's norm to this; not clipped when not given", above(0))
        .parameter("ppo_epochs", 4, "times through the batch", at_least(1))
        .parameter("mini_batch_size", 1, "rows of one forward and backward", at_least(1))
        .parameter("gradient_accumulation_steps", 4,
                   "minibatches of one optimiser step; the packet's rows must divide by both", at_least(1));
}

void add_kl(Spec& spec) {
    spec.optional("init_kl_coef", ParameterKind::number,
                  "the KL penalty's coefficient at the start; 0.2 (openai-2019: 0.15)", at_least(0))
        .parameter("adap_kl_ctrl", true, "move the coefficient towards `target`")
        .parameter("target", 6.0, "the KL aimed at, summed over a response", above(0))
        .parameter("horizon", 10000.0, "samples over which the coefficient moves", above(0))
        .parameter("early_stopping", false, "stop with a batch when the policy has moved further than 1.5 target_kl")
        .parameter("target_kl", 0.1, "for early_stopping, of policykl", above(0));
}

void add_loss(Spec& spec) {
    spec.parameter("gamma", 1.0, "discount", between(0, 1))
        .parameter("lam", 0.95, "lambda of generalised advantage estimation", between(0, 1))
        .optional("whiten_rewards", ParameterKind::boolean,
                  "scale rewards to variance 1 first; false (openai-2019: true)")
        .parameter("cliprange", 0.2, "clip of the policy's ratio", above(0))
        .parameter("cliprange_value", 0.2, "clip of the value's change", above(0))
        .parameter("vf_coef", 0.1, "weight of the value loss", at_least(0))
        .parameter("ratio_threshold", 10.0, "a minibatch whose mean ratio is above this counts nothing", above(1));
}

void add_scores(Spec& spec) {
    spec.parameter("reward_baseline", 0.0, "subtracted from every score")
        .parameter("use_score_scaling", false, "divide scores by their running deviation")
        .parameter("use_score_norm", false, "with use_score_scaling: subtract their running mean first")
        .optional("score_clip", ParameterKind::number, "clip scores to plus and minus this", above(0));
}

}  // namespace

void add_parameters(Spec& spec) {
    add_optimiser(spec);
    add_kl(spec);
    add_loss(spec);
    add_scores(spec);
    spec.parameter("compat", "trl-0.5", "whose arithmetic where versions differ; trl-0.5 holds up to 0.11",
                   one_of({"trl-0.4", "trl-0.5", "openai-2019"}));
}

lm::PpoConfig config_of(const Parameters& p) {
    lm::PpoConfig config = lm::ppo_config(lm::compat_named(p.get<std::string>("compat")));
    config.optimiser.learning_rate = p.get<double>("lr");
    config.optimiser.beta1 = p.get<double>("adam_beta1");
    config.optimiser.beta2 = p.get<double>("adam_beta2");
    config.optimiser.epsilon = p.get<double>("adam_epsilon");
    config.optimiser.weight_decay = p.get<double>("weight_decay");
    config.max_grad_norm = p.find<double>("max_grad_norm");
    config.ppo_epochs = p.get<std::int64_t>("ppo_epochs");
    config.mini_batch_size = p.get<std::int64_t>("mini_batch_size");
    config.gradient_accumulation_steps = p.get<std::int64_t>("gradient_accumulation_steps");
    config.kl.init_kl_coef = p.find<double>("init_kl_coef").value_or(config.kl.init_kl_coef);
    config.kl.adaptive = p.get<bool>("adap_kl_ctrl");
    config.kl.target = p.get<double>("target");
    config.kl.horizon = p.get<double>("horizon");
    config.early_stopping = p.get<bool>("early_stopping");
    config.target_kl = p.get<double>("target_kl");
    config.advantages.gamma = p.get<double>("gamma");
    config.advantages.lam = p.get<double>("lam");
    config.advantages.whiten_rewards = p.find<bool>("whiten_rewards").value_or(config.advantages.whiten_rewards);
    config.loss = {p.get<double>("cliprange"), p.get<double>("cliprange_value"), p.get<double>("vf_coef"),
                   p.get<double>("ratio_threshold")};
    config.scores = {p.get<double>("reward_baseline"), p.get<bool>("use_score_scaling"), p.get<bool>("use_score_norm"),
                     p.find<double>("score_clip")};
    if (config.scores.norm && !config.scores.scaling) throw Error("use_score_norm needs use_score_scaling: true");
    lm::check(config);
    return config;
}

}  // namespace anabranch::ppo
