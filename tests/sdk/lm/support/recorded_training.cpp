#include "recorded_training.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <doctest/doctest.h>

#include "tolerance.h"

namespace anabranch::lm::test {

TrainingOptions training_options(const Json& settings) {
    TrainingOptions options;
    options.adam.learning_rate = settings.at("learning_rate").number();
    options.adam.weight_decay = settings.at("weight_decay").number();
    options.schedule = {schedule_named(settings.at("schedule").string()), settings.at("warmup_steps").integer(),
                        settings.at("total_steps").integer()};
    options.max_grad_norm = settings.at("max_grad_norm").number();
    return options;
}

void check_line(const std::map<std::string, double>& metrics, const Json& line) {
    CHECK(metrics.at("loss") == doctest::Approx(line.at("loss").number()).epsilon(2e-5));
    CHECK(metrics.at("grad_norm") == doctest::Approx(line.at("grad_norm").number()).epsilon(1e-4));
    CHECK(metrics.at("learning_rate") == doctest::Approx(line.at("learning_rate").number()).epsilon(1e-12));
}

LanguageModel with_recorded_lora(const Golden& recorded, std::optional<LinearHead> score_head) {
    auto parts = tiny_parts();
    parts.lora.emplace(LoraConfig{4, 8, 0, {Module::q, Module::v}}, parts.weights->config, Random(1), at::kCPU);
    const at::NoGradGuard no_grad;
    const auto names = parts.lora->parameter_names();
    const auto parameters = parts.lora->parameters();
    for (std::size_t i = 0; i < names.size(); ++i) at::Tensor(parameters[i]).copy_(recorded["initial/" + names[i]]);
    parts.score_head = std::move(score_head);
    return LanguageModel(std::move(parts));
}

void check_recorded_lora(const LanguageModel& model, const Golden& recorded) {
    const auto names = model.lora()->parameter_names();
    const auto parameters = model.lora()->parameters();
    for (std::size_t i = 0; i < names.size(); ++i) {
        CAPTURE(names[i]);
        CHECK(excess(parameters[i], recorded["final/" + names[i]], test::model(at::kFloat)) < 1);
    }
}

}  // namespace anabranch::lm::test
