#pragma once

#include <anabranch/call.h>
#include <anabranch/lm/train/training.h>
#include <anabranch/spec.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace anabranch {

/// What a stage's parameters are when a graph does not give them.
struct TrainingDefaults {
    double learning_rate;
    const char* schedule;
    std::int64_t warmup_steps;
    double weight_decay;
};
/// The parameters of an optimiser with its schedule, of gradient accumulation and of evaluation while training, by the
/// names of transformers' TrainingArguments where it has them.
void add_training_parameters(Spec& spec, const TrainingDefaults& defaults);

/// What these parameters change of a spec, for `refine`.
void refine_training(const Parameters& parameters, Spec& spec);

/// An Error names the parameter that is missing or does not fit.
[[nodiscard]] lm::TrainingOptions training_options(const Parameters& parameters);

/// After which steps a node evaluates the model that it trains, and when it is done.
struct EvaluationSteps {
    std::int64_t every;
    std::optional<std::int64_t> last;  ///< the number of steps, when the graph says it

    explicit EvaluationSteps(const Parameters& parameters);
    /// After `done` steps.
    [[nodiscard]] bool due(std::int64_t done) const { return done % every == 0 || done == last; }
    /// Step `step`, counted from 1, is no longer part of the training.
    [[nodiscard]] bool over(std::int64_t step) const { return last && step > *last; }
};

/// One packet of a node that trains: nothing but an empty output behind the last step; else `evaluate()` before the
/// first step and where it is due, and `step()`, whose metrics, "loss" among them, are the call's.
template <typename Step, typename Evaluate>
void train_on_packet(Call& call, const EvaluationSteps& steps, Step step, Evaluate evaluate) {
    const auto done = static_cast<std::int64_t>(call.sequence()) + 1;
    if (steps.over(done)) {
        call.out("step").set("loss", std::vector<double>{});
        return;
    }
    if (done == 1) evaluate();
    const auto metrics = step();
    for (const auto& [name, value] : metrics) call.metric(name, value);
    if (steps.due(done)) evaluate();
    call.out("step").set("loss", std::vector<double>{metrics.at("loss")});
}

}  // namespace anabranch
