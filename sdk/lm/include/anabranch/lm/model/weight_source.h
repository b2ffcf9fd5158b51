#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/config.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

class GgufFile;
class SafetensorsFolder;
struct SavedAdapter;

/// A tensor of a model by transformers' name: "model.layers.0.self_attn.q_proj.weight".
struct TensorSpec {
    std::string name;
    std::vector<std::int64_t> shape;
};

/// Every tensor of a LLaMA; the head ("lm_head.weight") last and only when it is not tied.
[[nodiscard]] std::vector<TensorSpec> tensors_of(const LlamaConfig& config);
/// The name of a layer's tensor: layer_tensor(0, "mlp.up_proj").
[[nodiscard]] std::string layer_tensor(std::int64_t layer, std::string_view module);

/// The name of a tensor in GGUF files: "blk.0.attn_q.weight".
[[nodiscard]] std::string gguf_name(std::string_view name);

/// Where a model's weights are read from, one tensor after the other, under transformers' names and in its layout
/// (rotate-half RoPE: rows of q and k not permuted). Const methods may be called from several threads.
class WeightSource {
  public:
    virtual ~WeightSource() = default;
    /// The tensor in float32 on the CPU, the caller's own. Missing or of another shape: an Error with file, tensor,
    /// shape.
    [[nodiscard]] virtual at::Tensor read(const TensorSpec& tensor) const = 0;
};

/// The tensors of a GGUF file, dequantised. A tensor that a LLaMA has not (a bias) is an Error.
[[nodiscard]] std::unique_ptr<const WeightSource> gguf_weights(std::shared_ptr<const GgufFile> file,
                                                               const LlamaConfig& config);
/// The tensors of a Hugging Face folder, F32, F16 or BF16. A tensor that a LLaMA has not is an Error; a score head and
/// what older files keep of RoPE are left alone.
[[nodiscard]] std::unique_ptr<const WeightSource> safetensors_weights(std::shared_ptr<const SafetensorsFolder> folder,
                                                                      const LlamaConfig& config);
/// Those of `base` plus what an adapter adds to them, W + alpha / rank B A in float32. A pair of the adapter that fits
/// no tensor of the base is an Error naming it.
[[nodiscard]] std::unique_ptr<const WeightSource> merged_weights(std::unique_ptr<const WeightSource> base,
                                                                 const SavedAdapter& adapter,
                                                                 const LlamaConfig& config);

}  // namespace anabranch::lm
