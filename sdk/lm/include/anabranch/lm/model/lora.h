#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/config.h>
#include <anabranch/random.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// The linear modules of a layer, in the order of LoraLayer. Names are transformers': q_proj, k_proj, ...
enum class Module : std::uint8_t { q, k, v, o, gate, up, down };
inline constexpr std::size_t module_count = 7;
[[nodiscard]] std::string_view name_of(Module module);
[[nodiscard]] std::optional<Module> module_from_name(std::string_view name);
/// Where a module stands in a layer for PEFT: "self_attn.q_proj", "mlp.gate_proj".
[[nodiscard]] std::string path_of(Module module);

struct LoraConfig {
    std::int64_t rank = 16;
    double alpha = 32;
    double dropout = 0;
    std::vector<Module> targets{Module::q, Module::v};
    [[nodiscard]] double scale() const { return alpha / static_cast<double>(rank); }
};

/// y += scale * B A dropout(x), A [rank, in], B [out, rank] (Hu et al. 2021). Leaves of autograd, always float32.
struct LoraPair {
    at::Tensor a;
    at::Tensor b;
};

/// The trainable part of a model: low-rank pairs beside frozen products.
class Lora {
  public:
    using Layer = std::array<std::optional<LoraPair>, module_count>;

    /// A uniform as PEFT starts it (Kaiming with a = sqrt(5): bound 1 / sqrt(in)), B zero: the model starts as its
    /// base.
    Lora(LoraConfig config, const LlamaConfig& model, const Random& random, at::Device device);

    [[nodiscard]] const LoraConfig& config() const { return config_; }
    [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
    [[nodiscard]] std::vector<Layer>& layers() { return layers_; }
    /// Every A and B, layer by layer, module by module, A first.
    [[nodiscard]] std::vector<at::Tensor> parameters() const;
    /// The names of `parameters`, as PEFT saves them: "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight".
    [[nodiscard]] std::vector<std::string> parameter_names() const;
    /// A copy that does not share memory and takes no gradient.
    [[nodiscard]] Lora snapshot() const;

  private:
    LoraConfig config_;
    std::vector<Layer> layers_;
};

}  // namespace anabranch::lm
