#include <anabranch/error.h>
#include <plugins/common/training.h>

namespace anabranch {

void add_training_parameters(Spec& spec, const TrainingDefaults& defaults) {
    spec.parameter("lr", defaults.learning_rate, "AdamW's learning rate, at the top of the schedule", above(0))
        .parameter("lr_scheduler_type", defaults.schedule,
                   "how the rate goes on behind the warm-up; linear and cosine fall to 0 at max_steps",
                   one_of({"constant", "linear", "cosine"}))
        .parameter("warmup_steps", defaults.warmup_steps, "steps over which the rate rises from 0", at_least(0))
        .optional("max_steps", ParameterKind::integer,
                  "steps (packets) of the whole training, for the schedule and the last evaluation; packets behind "
                  "them are passed over",
                  at_least(1))
        .parameter("weight_decay", defaults.weight_decay, "AdamW's weight decay; norms and biases have none",
                   at_least(0))
        .parameter("max_grad_norm", 1.0, "clip the gradient's norm to this; 0: not clipped", at_least(0))
        .parameter("adam_beta1", 0.9, "decay of Adam's mean", between(0, 0.999999))
        .parameter("adam_beta2", 0.999, "decay of Adam's mean square", between(0, 0.999999))
        .parameter("adam_epsilon", 1e-8, "Adam's epsilon", above(0))
        .parameter("gradient_accumulation_steps", 1,
                   "parts in which a packet's rows are gone through: less memory, the same step. A packet is always "
                   "one step of the optimiser",
                   at_least(1))
        .parameter("gradient_checkpointing", false,
                   "keep only what enters each layer for the backward, and compute the layer again there: much less "
                   "memory for a forward more")
        .parameter("eval_steps", 1000,
                   "with an input `evaluation`: evaluate before the first step (in that step's line), after each this "
                   "many, and after max_steps",
                   at_least(1));
}

void refine_training(const Parameters& parameters, Spec& spec) {
    if (const auto steps = parameters.find<std::int64_t>("max_steps"))
        spec.uses_packets(static_cast<std::uint64_t>(*steps));
}

lm::TrainingOptions training_options(const Parameters& p) {
    lm::TrainingOptions options;
    options.adam.learning_rate = p.get<double>("lr");
    options.adam.beta1 = p.get<double>("adam_beta1");
    options.adam.beta2 = p.get<double>("adam_beta2");
    options.adam.epsilon = p.get<double>("adam_epsilon");
    options.adam.weight_decay = p.get<double>("weight_decay");
    const auto schedule = p.get<std::string>("lr_scheduler_type");
    options.schedule = {lm::schedule_named(schedule), p.get<std::int64_t>("warmup_steps"),
                        p.find<std::int64_t>("max_steps").value_or(0)};
    if (schedule != "constant" && !p.has("max_steps")) {
        throw Error(cat("lr_scheduler_type: ", schedule,
                        " needs max_steps, at which the rate is 0; give it, or set lr_scheduler_type: constant"));
    }
    const auto norm = p.get<double>("max_grad_norm");
    options.max_grad_norm = norm > 0 ? std::optional(norm) : std::nullopt;
    lm::check(options);
    return options;
}

EvaluationSteps::EvaluationSteps(const Parameters& parameters)
    : every(parameters.get<std::int64_t>("eval_steps")), last(parameters.find<std::int64_t>("max_steps")) {}

}  // namespace anabranch
