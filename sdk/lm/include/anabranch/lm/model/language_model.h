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
/// shares the weights. View "base": the same weights with the adapter off and no heads. A model of which all weights
/// are trained has them for itself: `snapshot` copies them, and there is no view.
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
        /// Set: all weights are trained, and `weights` is what it computes with. No other model has a part in them.
        std::shared_ptr<const FullWeights> full{};
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

    /// See LinearHead; throws without a score head.
    void set_score_normalisation(double mean, double deviation);

    /// The head's leaf when all weights are trained, else undefined; see cross_entropy_sum.
    [[nodiscard]] at::Tensor trained_head() const { return parts_.full ? parts_.full->head() : at::Tensor(); }
    /// To be called when an optimiser has changed `parameters`.
    void parameters_changed() const;

    /// What training changes: all weights if they are trained, the adapter, then heads.
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
    /// score_head.safetensors; when all weights are trained a Hugging Face folder in float32.
    void save(const std::filesystem::path& directory) const override;
    void load(const std::filesystem::path& directory) override;
    /// See export_model.h.
    void export_to(const std::filesystem::path& target, const ExportOptions& options) const override;

  private:
    /// The same for writing: with float32 weights where there are such.
    [[nodiscard]] LanguageModel exact() const;

    Parts parts_;
};

}  // namespace anabranch::lm
