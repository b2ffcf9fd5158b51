#pragma once

#include <anabranch/lm/json/json.h>
#include <anabranch/lm/train/training.h>

#include <map>

#include "golden.h"

/// What tests of recorded trainings share: settings and log lines as tests/golden/recorders/training.py writes them.
namespace anabranch::lm::test {

TrainingOptions training_options(const Json& settings);
/// loss, grad_norm and learning_rate of a step.
void check_line(const std::map<std::string, double>& metrics, const Json& line);

/// The tiny model with the adapter under `initial/`, rank 4, alpha 8 on q_proj and v_proj, and this score head.
LanguageModel with_recorded_lora(const Golden& recorded, std::optional<LinearHead> score_head);
/// Compares the adapter with that under `final/`.
void check_recorded_lora(const LanguageModel& model, const Golden& recorded);

}  // namespace anabranch::lm::test
