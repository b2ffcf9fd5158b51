#pragma once

#include <anabranch/lm/model/language_model.h>
#include <anabranch/resource.h>
#include <anabranch/spec.h>

namespace anabranch::llama {

/// What every LLaMA resource says of where its weights come from and how it computes.
void add_checkpoint_parameters(ResourceSpec& spec, bool required);

/// Weights and tokenizer of the GGUF that the parameters name, nothing trainable yet.
[[nodiscard]] lm::LanguageModel::Parts load_checkpoint(const Parameters& parameters, const ResourceContext& context);

/// Target modules by their names in transformers; an Error lists them.
[[nodiscard]] std::vector<lm::Module> parse_modules(const std::vector<std::string>& names);

}  // namespace anabranch::llama
