#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/kernels/dropout_mask.h>
#include <anabranch/lm/model/lora.h>

#include <optional>
#include <span>
#include <vector>

namespace anabranch::lm {

/// The modules that one fused product computes, and the first row of each in its output.
struct ModuleGroup {
    struct Member {
        Module module;
        std::int64_t row;
    };
    std::vector<Member> members;
    std::int64_t rows = 0;
};
[[nodiscard]] ModuleGroup qkv_group(const LlamaConfig& config);
[[nodiscard]] ModuleGroup output_group(const LlamaConfig& config);
[[nodiscard]] ModuleGroup gate_up_group(const LlamaConfig& config);
[[nodiscard]] ModuleGroup down_group(const LlamaConfig& config);

/// Dropout of LoRA's input: one mask a module. Off when the probability is 0.
struct LoraDropout {
    double probability = 0;
    Random random{0};
};

/// The low-rank pairs beside one fused product, joined so that they cost two small products whatever their number:
/// y += scale * (x A^T) B^T with the A's stacked and the B's on a block diagonal. In the model's compute type.
class FusedLora {
  public:
    FusedLora() = default;
    FusedLora(const ModuleGroup& group, const Lora::Layer& layer, double scale, at::ScalarType dtype);

    [[nodiscard]] bool empty() const { return pieces_.empty(); }

    /// What the backward needs of a forward.
    struct Saved {
        std::vector<at::Tensor> inputs;  ///< [T, K]: x, or with dropout what it leaves of x for each piece
        at::Tensor u;                    ///< [T, R]
        std::vector<Dropout> dropouts;   ///< of each piece; none without dropout
    };
    /// Adds to y [rows of x, N].
    void add(at::Tensor& y, const at::Tensor& x, const LoraDropout& dropout, Saved* saved) const;

    /// Gradients of A and B of each module in the group, by module; adds to dx, if defined, what reaches x through A.
    void backward(const at::Tensor& dy, const Saved& saved, at::Tensor& dx, std::span<at::Tensor> d_a,
                  std::span<at::Tensor> d_b) const;

  private:
    struct Piece {
        Module module;
        std::int64_t row;   // of its output in the product's
        std::int64_t out;   // rows of its output
        std::int64_t rank;  // first column in u
        std::int64_t ranks;
    };
    std::vector<Piece> pieces_;
    at::Tensor a_;  // [R, K]
    at::Tensor b_;  // [N, R]
    double scale_ = 1;
};

}  // namespace anabranch::lm
