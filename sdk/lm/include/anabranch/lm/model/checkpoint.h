#pragma once

#include <anabranch/lm/model/linear_head.h>
#include <anabranch/lm/model/weight_source.h>
#include <anabranch/lm/model/weights.h>
#include <anabranch/lm/tokenizer/tokenizer.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace anabranch::lm {

/// A checkpoint as it is stored: what is cheap to read, and where the weights are to be read from.
struct CheckpointSource {
    std::string path;  ///< absolute
    LlamaConfig config;
    std::unique_ptr<const WeightSource> weights;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::optional<LinearHead> score_head;  ///< of a sequence classifier with one label, on the CPU
    bool language_model = true;            ///< false: a sequence classifier, whose language-model head is gone
    std::string description;               ///< for a person: "Hugging Face folder, 2 shards"
};

/// Opens whatever holds a LLaMA:
/// - a GGUF file;
/// - a Hugging Face folder: config.json, model.safetensors or its shards, tokenizer.json or tokenizer.model;
/// - a directory with an adapter (PEFT's, or what a run saved of a resource): the base that adapter_config.json names,
///   relative to the directory or absolute, with the adapter merged into it in float32. `base` takes the place of what
///   the file names, which for PEFT's own adapters is a hub's name. A tokenizer in the directory goes before the
///   base's.
/// Errors: a file that is missing, damaged or of another kind; an architecture that is not a LLaMA's; an adapter for
/// another base; a tokenizer with more tokens than the embedding has rows. Each names file and place.
[[nodiscard]] CheckpointSource open_checkpoint_source(const std::filesystem::path& path,
                                                      const std::optional<std::filesystem::path>& base = {});

/// The same with the weights read, in the compute type on the device.
struct Checkpoint {
    std::string path;
    std::shared_ptr<const LlamaWeights> weights;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::optional<LinearHead> score_head;
    bool language_model = true;
    std::string description;
};
[[nodiscard]] Checkpoint open_checkpoint(const std::filesystem::path& path, const Compute& compute,
                                         const std::optional<std::filesystem::path>& base = {});

}  // namespace anabranch::lm
