#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/full_weights.h>
#include <anabranch/lm/model/weights.h>

#include <array>
#include <functional>

#include "fused_lora.h"

namespace anabranch::lm {

/// The adapters of one layer, ready for its four fused products.
struct LayerLora {
    FusedLora qkv;
    FusedLora output;
    FusedLora gate_up;
    FusedLora down;
};
/// `lora` may be null: the base alone.
[[nodiscard]] LayerLora fuse_layer(const Lora* lora, const LlamaConfig& config, std::size_t layer,
                                   at::ScalarType dtype);

/// What one layer keeps for its backward.
struct LayerSaved {
    at::Tensor x;
    at::Tensor rstd;
    at::Tensor qkv;  ///< after the rotation
    Attention attention;
    at::Tensor rows;    ///< undefined: all; what follows is of these
    at::Tensor middle;  ///< after attention's residual
    at::Tensor middle_rstd;
    at::Tensor gate_up;
    FusedLora::Saved qkv_lora;
    FusedLora::Saved output_lora;
    FusedLora::Saved gate_up_lora;
    FusedLora::Saved down_lora;
};

/// Gives attention's result for the rotated qkv: over a packed batch, or against a cache.
using Attend = std::function<Attention(const at::Tensor& qkv)>;

/// One transformer layer, without autograd: x [T, D] -> [T, D], or [N, D] for `rows` [N] alone: what follows attention
/// then works on these. `saved` may be null.
[[nodiscard]] at::Tensor layer_forward(const LayerWeights& weights, const LlamaConfig& config, const Rope& rope,
                                       const LayerLora& lora, const at::Tensor& x, const at::Tensor& positions,
                                       const Attend& attend, const LoraDropout& dropout, const at::Tensor& rows,
                                       LayerSaved* saved);

struct LayerGradients {
    at::Tensor x;  ///< undefined when not asked for
    std::array<at::Tensor, module_count> a;
    std::array<at::Tensor, module_count> b;
    FullWeights::Layer weights;  ///< float32; undefined when not asked for
};
/// Which gradients are asked for besides the adapters'.
struct LayerWants {
    bool x = false;
    bool weights = false;
};
[[nodiscard]] LayerGradients layer_backward(const LayerWeights& weights, const LlamaConfig& config, const Rope& rope,
                                            const LayerLora& lora, const at::Tensor& d_out, const at::Tensor& positions,
                                            std::span<const std::int64_t> offsets, const LayerSaved& saved,
                                            LayerWants wants);

}  // namespace anabranch::lm
