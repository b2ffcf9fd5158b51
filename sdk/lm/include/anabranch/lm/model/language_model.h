#pragma once

#include <anabranch/lm/model/linear_head.h>
#include <anabranch/lm/model/llama.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/resource.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::lm {

/// A LLaMA as nodes share it: frozen weights that several models may have in common, and what is this one's own.
/// Interface of the capabilities "causal_lm", "value_head", "score_head" and, by TokenizerSource, "tokenizer".
///
/// Readers may use it together; a writer changes the adapter and heads alone, in place. `snapshot` copies those and
/// shares the weights. View "base": the same weights with the adapter off and no heads.
class LanguageModel : public Resource, public TokenizerSource {
  public:
    struct Parts {
        std::string checkpoint;  ///< where the weights came from, for messages and adapter_config.json
        std::shared_ptr<const LlamaWeights> weights;
        std::shared_ptr<const Tokenizer> tokenizer;
        std::optional<Lora> lora;
        std::optional<LinearHead> value_head;
        std::optional<LinearHead> score_head;
        std::string compute;  ///< the type it computes in and why, for a person
    };
    explicit LanguageModel(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] const std::shared_ptr<const LlamaWeights>& weights() const { return parts_.weights; }
    [[nodiscard]] const LlamaConfig& config() const { return parts_.weights->config; }
    [[nodiscard]] const Parts& parts() const { return parts_; }
    [[nodiscard]] const Tokenizer& tokenizer() const override { return *parts_.tokenizer; }
    /// Null without an adapter.
    [[nodiscard]] const Lora* lora() const { return parts_.lora ? &*parts_.lora : nullptr; }
    /// These throw when the model has no such head.
    [[nodiscard]] const LinearHead& value_head() const;
    [[nodiscard]] const LinearHead& score_head() const;

    /// What training changes, adapter first, then heads.
    [[nodiscard]] std::vector<at::Tensor> parameters() const;
    /// This model's batch of sequences: ids checked against its vocabulary and context.
    [[nodiscard]] PackedBatch pack(std::span<const std::vector<std::int64_t>> sequences) const;
    /// hidden_states with this model's weights and adapter.
    [[nodiscard]] at::Tensor hidden(const PackedBatch& batch, const ForwardOptions& options = {}) const;

    /// "134.5 M weights (bfloat16: this CPU has AMX), 0.9 M trained".
    [[nodiscard]] std::string describe() const override;
    [[nodiscard]] std::shared_ptr<const Resource> snapshot() const override;
    [[nodiscard]] std::shared_ptr<const Resource> view(std::string_view name) const override;
    /// adapter_config.json and adapter_model.safetensors as PEFT has them, value_head.safetensors,
    /// score_head.safetensors.
    void save(const std::filesystem::path& directory) const override;

  private:
    Parts parts_;
};

}  // namespace anabranch::lm
