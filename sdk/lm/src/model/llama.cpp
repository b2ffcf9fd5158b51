#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/rms_norm.h>
#include <anabranch/lm/model/llama.h>
#include <torch/csrc/autograd/custom_function.h>

#include "layer.h"

namespace anabranch::lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// One forward of the whole model: what its layers share until the backward is done.
struct Pass {
    std::shared_ptr<const LlamaWeights> weights;
    const Lora* lora;
    PackedBatch batch;
    LoraDropout dropout;

    [[nodiscard]] LoraDropout layer_dropout(std::size_t layer) const {
        return dropout.probability > 0 ? LoraDropout{dropout.probability, dropout.random.fork(layer)} : dropout;
    }
    [[nodiscard]] at::Tensor forward(std::size_t layer, const LayerLora& adapters, const at::Tensor& x,
                                     LayerSaved* saved) const {
        const LlamaConfig& config = weights->config;
        return layer_forward(
            weights->layers[layer], config, weights->rope, adapters, x, batch.positions,
            [&](const at::Tensor& qkv) { return packed_attention(qkv, batch.offsets, config.attention); },
            layer_dropout(layer), saved);
    }
};

/// Held by the autograd node of a layer.
struct LayerState : torch::CustomClassHolder {
    std::shared_ptr<const Pass> pass;
    std::size_t layer = 0;
    LayerLora adapters;
    LayerSaved saved;
    bool needs_x = false;
};

class LayerFunction : public torch::autograd::Function<LayerFunction> {
  public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, at::TensorList /*parameters*/,
                              const std::shared_ptr<const Pass>& pass, std::size_t layer) {
        auto state = c10::make_intrusive<LayerState>();
        state->pass = pass;
        state->layer = layer;
        state->needs_x = x.requires_grad();
        state->adapters = fuse_layer(pass->lora, pass->weights->config, layer, x.scalar_type());
        at::Tensor out = pass->forward(layer, state->adapters, x, &state->saved);
        ctx->saved_data["state"] = c10::IValue::make_capsule(std::move(state));
        return out;
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& d_out) {
        const auto state = ctx->saved_data["state"].toCapsule();
        auto& own = static_cast<LayerState&>(*state);
        const LlamaWeights& weights = *own.pass->weights;
        LayerGradients gradients = layer_backward(weights.layers[own.layer], weights.config, weights.rope, own.adapters,
                                                  d_out.front().contiguous(), own.pass->batch.positions,
                                                  own.pass->batch.offsets, own.saved, own.needs_x);
        variable_list result{gradients.x};
        for (std::size_t module = 0; module < module_count; ++module) {
            if (!own.pass->lora->layers()[own.layer][module]) continue;
            result.push_back(gradients.a[module]);
            result.push_back(gradients.b[module]);
        }
        result.resize(result.size() + 2);  // pass and layer
        own.saved = {};                    // a second backward is not for this model; free the memory now
        return result;
    }
};

class NormFunction : public torch::autograd::Function<NormFunction> {
  public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight, double eps) {
        const RmsNorm normed = rms_norm(x, weight, eps);
        ctx->save_for_backward({x, weight, normed.rstd});
        return normed.y;
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& dy) {
        const auto saved = ctx->get_saved_variables();
        return {rms_norm_backward(dy.front().contiguous(), saved[0], saved[2], saved[1], at::Tensor()), at::Tensor(),
                at::Tensor()};
    }
};

std::vector<at::Tensor> layer_parameters(const Lora& lora, std::size_t layer) {
    std::vector<at::Tensor> parameters;
    for (const auto& pair : lora.layers()[layer]) {
        if (!pair) continue;
        parameters.push_back(pair->a);
        parameters.push_back(pair->b);
    }
    return parameters;
}

}  // namespace

at::Tensor hidden_states(const std::shared_ptr<const LlamaWeights>& weights, const Lora* lora, const PackedBatch& batch,
                         const ForwardOptions& options) {
    const LlamaConfig& config = weights->config;
    const bool record = at::GradMode::is_enabled() && lora != nullptr;
    LoraDropout dropout;
    if (options.dropout && lora != nullptr) dropout = {lora->config().dropout, *options.dropout};
    const auto pass = std::make_shared<const Pass>(Pass{weights, lora, batch, dropout});

    at::Tensor x = weights->embedding.index_select(0, batch.ids);
    for (std::size_t layer = 0; layer < weights->layers.size(); ++layer) {
        if (record) {
            x = LayerFunction::apply(x, at::TensorList(layer_parameters(*lora, layer)), pass, layer);
        } else {
            x = pass->forward(layer, fuse_layer(lora, config, layer, x.scalar_type()), x, nullptr);
        }
    }
    if (options.rows.defined()) x = x.index_select(0, options.rows);
    return NormFunction::apply(x, weights->norm, config.rms_eps);
}

}  // namespace anabranch::lm
