#pragma once

#include <anabranch/lm/model/language_model.h>

#include <filesystem>

namespace anabranch::lm {

/// What LanguageModel::export_to does. Each writes `target`, which must not exist; when it throws, what is there of it
/// is of no use.

/// A folder that transformers opens: config.json, model.safetensors (several with an index above 5 GB), the tokenizer.
/// The adapter is merged. A model with a score head becomes a LlamaForSequenceClassification with one label; a value
/// head, which transformers does not know, stands in a file beside.
void export_huggingface(const LanguageModel& model, const std::filesystem::path& target, at::ScalarType dtype);

/// A folder that peft opens: adapter_config.json and adapter_model.safetensors (with the score head, if there is one),
/// beside the name of the base; the tokenizer, and a value head in a file of its own.
void export_adapter(const LanguageModel& model, const std::filesystem::path& target);

/// A GGUF file that llama.cpp opens. The adapter is merged, a value head left out. A model with a score head is an
/// Error: llama.cpp has no place for one in a LLaMA. `dtype`: of the matrices; norms are float32 always.
void export_gguf(const LanguageModel& model, const std::filesystem::path& target, const std::string& name,
                 at::ScalarType dtype);

}  // namespace anabranch::lm
