#pragma once

#include <anabranch/lm/model/lora.h>
#include <anabranch/lm/model/weight_source.h>
#include <anabranch/lm/model/weights.h>

#include <memory>

namespace anabranch::lm {

/// The weights of a model in memory as build_weights reads them from a checkpoint, with the adapter added in float32:
/// W + alpha / rank * B A. `lora` may be null. Both must outlive it. Each tensor is made when it is read.
[[nodiscard]] std::unique_ptr<const WeightSource> weights_in_memory(const LlamaWeights& weights, const Lora* lora);

}  // namespace anabranch::lm
