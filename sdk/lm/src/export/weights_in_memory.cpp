#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/export/weights_in_memory.h>

#include <functional>
#include <map>

#include "../model/fused_lora.h"

namespace anabranch::lm {
namespace {

const at::Tensor& exact(const Weight& weight) {
    if (weight.quantised())
        throw Error("the model's weights are int8; what is written is made from those of the checkpoint");
    return weight.values;
}

/// The caller's own.
at::Tensor copy_of(const at::Tensor& tensor) {
    return tensor.detach().to(at::kCPU, at::kFloat, false, true).contiguous();
}

class WeightsInMemory final : public WeightSource {
  public:
    WeightsInMemory(const LlamaWeights& weights, const Lora* lora) : lora_(lora) {
        const LlamaConfig& config = weights.config;
        add("model.embed_tokens.weight", exact(weights.embedding));
        for (std::size_t i = 0; i < weights.layers.size(); ++i) {
            const LayerWeights& layer = weights.layers[i];
            add(layer_tensor(static_cast<std::int64_t>(i), "input_layernorm"), layer.attention_norm);
            add(layer_tensor(static_cast<std::int64_t>(i), "post_attention_layernorm"), layer.ffn_norm);
            add_product(i, qkv_group(config), exact(layer.qkv));
            add_product(i, output_group(config), exact(layer.output));
            add_product(i, gate_up_group(config), exact(layer.gate_up));
            add_product(i, down_group(config), exact(layer.down));
        }
        add("model.norm.weight", weights.norm);
        if (!config.tied_head) add("lm_head.weight", exact(weights.head));
    }

    at::Tensor read(const TensorSpec& tensor) const override {
        const at::NoGradGuard no_grad;
        const auto found = tensors_.find(tensor.name);
        if (found == tensors_.end()) throw Error(cat("the model has no tensor '", tensor.name, "'"));
        at::Tensor values = found->second();
        if (values.sizes() != at::IntArrayRef(tensor.shape)) {
            throw Error(cat("tensor '", tensor.name, "' of the model has shape ", values.sizes(), ", expected ",
                            at::IntArrayRef(tensor.shape)));
        }
        return values;
    }

  private:
    void add(const std::string& name, const at::Tensor& tensor) {
        tensors_.emplace(name, [tensor] { return copy_of(tensor); });
    }

    // Takes a fused product apart: a module's rows end where the next module's begin.
    void add_product(std::size_t layer, const ModuleGroup& group, const at::Tensor& weight) {
        for (std::size_t i = 0; i < group.members.size(); ++i) {
            const auto [module, row] = group.members[i];
            const std::int64_t end = i + 1 < group.members.size() ? group.members[i + 1].row : group.rows;
            const auto* pair = lora_ != nullptr ? &lora_->layers()[layer][static_cast<std::size_t>(module)] : nullptr;
            const double scale = lora_ != nullptr ? lora_->config().scale() : 0;
            tensors_.emplace(layer_tensor(static_cast<std::int64_t>(layer), path_of(module)),
                             [weight, pair, scale, first = row, rows = end - row] {
                                 at::Tensor own = copy_of(weight.narrow(0, first, rows));
                                 if (pair == nullptr || !*pair) return own;
                                 return own.add_(at::mm(copy_of((*pair)->b), copy_of((*pair)->a)), scale);
                             });
        }
    }

    const Lora* lora_;
    std::map<std::string, std::function<at::Tensor()>, std::less<>> tensors_;
};

}  // namespace

std::unique_ptr<const WeightSource> weights_in_memory(const LlamaWeights& weights, const Lora* lora) {
    return std::make_unique<const WeightsInMemory>(weights, lora);
}

}  // namespace anabranch::lm
