#pragma once

#include <anabranch/lm/model/weights.h>

#include <memory>
#include <vector>

namespace anabranch::lm {

/// All weights of a model that is trained in full: float32 leaves of autograd, which an optimiser changes in place, and
/// the same weights in the type that forwards compute in. Not shared between models.
class FullWeights {
  public:
    /// Takes over `weights`, float32 and used by nobody else: its tensors become the leaves. `dtype`: to compute in.
    FullWeights(std::shared_ptr<const LlamaWeights> weights, at::ScalarType dtype);

    /// One layer's leaves, in the order of LayerWeights.
    struct Layer {
        at::Tensor attention_norm;
        at::Tensor qkv;
        at::Tensor output;
        at::Tensor ffn_norm;
        at::Tensor gate_up;
        at::Tensor down;
        [[nodiscard]] std::vector<at::Tensor> all() const {
            return {attention_norm, qkv, output, ffn_norm, gate_up, down};
        }
    };
    [[nodiscard]] const at::Tensor& embedding() const { return embedding_; }
    [[nodiscard]] const Layer& layer(std::size_t index) const { return layers_[index]; }
    [[nodiscard]] const at::Tensor& norm() const { return norm_; }
    /// The leaf of the head; of a tied head the embedding's.
    [[nodiscard]] const at::Tensor& head() const { return head_; }
    /// Every leaf once: embedding, layer by layer, norm, and a head that is not tied.
    [[nodiscard]] std::vector<at::Tensor> parameters() const;

    /// The weights in the type that forwards compute in: the leaves' own memory when that is float32.
    [[nodiscard]] const std::shared_ptr<const LlamaWeights>& compute() const { return compute_; }
    /// The float32 weights, sharing the leaves' memory.
    [[nodiscard]] const std::shared_ptr<const LlamaWeights>& exact() const { return exact_; }
    /// Brings `compute` up to the leaves, after they were changed.
    void refresh() const;
    /// `compute` as it is now, in memory of its own.
    [[nodiscard]] std::shared_ptr<const LlamaWeights> snapshot() const;
    /// Copies other weights of the same shapes over the leaves.
    void assign(const LlamaWeights& weights) const;

  private:
    std::shared_ptr<const LlamaWeights> exact_;
    std::shared_ptr<const LlamaWeights> compute_;
    at::Tensor embedding_;
    std::vector<Layer> layers_;
    at::Tensor norm_;
    at::Tensor head_;
};

}  // namespace anabranch::lm
