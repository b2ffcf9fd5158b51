#pragma once

#include <anabranch/lm/model/language_model.h>
#include <anabranch/spec.h>

namespace anabranch::llama {

/// The parameters of a new adapter, with these defaults, and `adapter`, a saved one to start from instead.
void add_adapter_parameters(ResourceSpec& spec, const lm::LoraConfig& defaults);

/// What the parameters say of a new adapter; an Error names the parameter.
[[nodiscard]] lm::LoraConfig adapter_config(const Parameters& parameters);

/// Gives the model the adapter that the parameters ask for.
void add_adapter(lm::LanguageModel::Parts& parts, const Parameters& parameters, const Random& random);

}  // namespace anabranch::llama
