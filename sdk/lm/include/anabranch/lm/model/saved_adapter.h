#pragma once

#include <anabranch/lm/model/linear_head.h>
#include <anabranch/lm/model/lora.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace anabranch::lm {

/// An adapter as it lies in a directory of PEFT's (adapter_config.json, adapter_model.safetensors), float32.
struct SavedAdapter {
    std::filesystem::path directory;
    LoraConfig config;
    std::string base;  ///< base_model_name_or_path as it is written; may be empty
    std::map<std::string, LoraPair>
        pairs;         ///< by the tensor that they add to: "model.layers.0.self_attn.q_proj.weight"
    at::Tensor score;  ///< [1, D], a reward model's head; undefined: it has none
};

/// Whether a directory holds an adapter.
[[nodiscard]] bool is_adapter(const std::filesystem::path& directory);

/// Reads an adapter that is to be merged. What is no LoRA pair and no score head (an embedding that was trained, a
/// bias) is an Error naming the tensor.
[[nodiscard]] SavedAdapter read_saved_adapter(const std::filesystem::path& directory);

/// The score head of a reward model's directory: score_head.safetensors, with the normalisation that it
/// holds, or else the one among the tensors of the adapter. Nothing when there is neither.
[[nodiscard]] std::optional<LinearHead> read_score_head(const std::filesystem::path& directory, std::int64_t hidden,
                                                        at::Device device = at::kCPU);
/// A head from a tensor; one that is not [1, hidden] is an Error beginning with `source`.
[[nodiscard]] LinearHead score_head_of(const at::Tensor& weight, std::int64_t hidden, const std::string& source);

}  // namespace anabranch::lm
