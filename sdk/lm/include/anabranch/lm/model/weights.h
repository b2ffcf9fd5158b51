#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/kernels/rope.h>
#include <anabranch/lm/kernels/weight.h>
#include <anabranch/lm/model/config.h>
#include <anabranch/lm/model/weight_source.h>
#include <anabranch/lm/tensor/compute.h>

#include <functional>
#include <memory>
#include <vector>

namespace anabranch::lm {

/// One layer's frozen weights, rows as transformers has them (rotate-half), products that share an input fused.
struct LayerWeights {
    at::Tensor attention_norm;  ///< [D]
    Weight qkv;                 ///< [(heads + 2 kv_heads) head_dim, D]
    Weight output;              ///< [D, heads head_dim]
    at::Tensor ffn_norm;        ///< [D]
    Weight gate_up;             ///< [2 F, D]
    Weight down;                ///< [D, F]
};

/// The frozen base of a model: shared by everybody who uses it, never written after loading.
struct LlamaWeights {
    LlamaConfig config;
    Weight embedding;  ///< [V, D]
    std::vector<LayerWeights> layers;
    at::Tensor norm;  ///< [D]
    Weight head;      ///< [V, D]; the embedding itself when tied
    Rope rope;
    /// The type that is computed in, and the device.
    [[nodiscard]] at::TensorOptions options() const { return norm.options(); }
    /// Rows of the embedding in that type: ids [T] -> [T, D].
    [[nodiscard]] at::Tensor embed(const at::Tensor& ids) const;
    [[nodiscard]] std::int64_t count() const;  ///< numbers, a tied head's once
    [[nodiscard]] std::int64_t bytes() const;
};

/// Reads every tensor of a model, converts it to `compute.dtype` on `compute.device` and fuses what shares an input.
/// With `compute.int8_weights` the matrices become int8 as they are read: the model never exists in another type.
[[nodiscard]] std::shared_ptr<const LlamaWeights> build_weights(const LlamaConfig& config, const WeightSource& source,
                                                                const Compute& compute);

/// build_weights of a GGUF file.
[[nodiscard]] std::shared_ptr<const LlamaWeights> weights_from_gguf(const GgufFile& file, const Compute& compute);

}  // namespace anabranch::lm
