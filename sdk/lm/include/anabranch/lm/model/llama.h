#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/full_weights.h>
#include <anabranch/lm/model/lora.h>
#include <anabranch/lm/model/packed_batch.h>
#include <anabranch/lm/model/weights.h>
#include <anabranch/random.h>

#include <memory>
#include <optional>

namespace anabranch::lm {

/// How a forward runs.
struct ForwardOptions {
    /// Only these rows of the packed batch, [N] int64, are returned; all when undefined. What follows a forward (head,
    /// values) then works on the positions that count alone.
    at::Tensor rows{};
    /// Set: LoRA dropout is active, its masks depend on this.
    std::optional<Random> dropout{};
    /// Keep only what enters each layer for the backward, and compute the layer again there.
    bool checkpoint_layers = false;
};

/// The hidden states after the final norm, [N or T, D] in the compute type. `lora` may be null: the base alone.
/// With gradients enabled the result is differentiable in the adapter's parameters and, if `full` is given, in its
/// leaves, of which `weights` then are the compute side; else the base is frozen. The weights, the batch, the adapter
/// and `full` must live until the backward. Concurrent calls are safe without gradients.
[[nodiscard]] at::Tensor hidden_states(const std::shared_ptr<const LlamaWeights>& weights, const Lora* lora,
                                       const PackedBatch& batch, const ForwardOptions& options = {},
                                       const FullWeights* full = nullptr);

}  // namespace anabranch::lm
