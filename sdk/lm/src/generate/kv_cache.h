#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/weights.h>

#include <cstdint>
#include <span>
#include <vector>

namespace anabranch::lm {

/// Keys (rotated) and values of the sequences that are being written, one slot each. Memory for `slots` sequences of
/// `capacity` tokens is taken at once, in the model's compute type.
class KvCache {
  public:
    KvCache(const LlamaWeights& weights, std::int64_t slots, std::int64_t capacity);

    /// Stores a prompt: rows of one sequence of a packed qkv, from position 0.
    void store_prompt(std::size_t layer, std::int64_t slot, const at::Tensor& qkv_rows);
    /// Stores one token a row: qkv [B, width]; row i goes to slots[i] at positions[i].
    void store_tokens(std::size_t layer, std::span<const std::int64_t> slots, std::span<const std::int64_t> positions,
                      const at::Tensor& qkv);

    [[nodiscard]] const at::Tensor& keys(std::size_t layer) const { return keys_[layer]; }
    [[nodiscard]] const at::Tensor& values(std::size_t layer) const { return values_[layer]; }

  private:
    HeadLayout layout_;
    std::vector<at::Tensor> keys_;  // [slots, kv_heads, capacity, head_dim] a layer
    std::vector<at::Tensor> values_;
};

}  // namespace anabranch::lm
