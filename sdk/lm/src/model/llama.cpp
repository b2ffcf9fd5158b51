#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/rms_norm.h>
#include <anabranch/lm/kernels/weight_gradient.h>
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
    at::Tensor rows;  // what is asked of the last layer
    LoraDropout dropout;
    const FullWeights* full;
    bool checkpoint_layers;

    [[nodiscard]] LoraDropout layer_dropout(std::size_t layer) const {
        return dropout.probability > 0 ? LoraDropout{dropout.probability, dropout.random.fork(layer)} : dropout;
    }
    [[nodiscard]] at::Tensor forward(std::size_t layer, const LayerLora& adapters, const at::Tensor& x,
                                     LayerSaved* saved) const {
        const LlamaConfig& config = weights->config;
        return layer_forward(
            weights->layers[layer], config, weights->rope, adapters, x, batch.positions,
            [&](const at::Tensor& qkv) { return packed_attention(qkv, batch.offsets, config.attention); },
            layer_dropout(layer), layer + 1 == weights->layers.size() ? rows : at::Tensor(), saved);
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
        at::Tensor out = pass->forward(layer, state->adapters, x, pass->checkpoint_layers ? nullptr : &state->saved);
        if (pass->checkpoint_layers) state->saved.x = x;
        ctx->saved_data["state"] = c10::IValue::make_capsule(std::move(state));
        return out;
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& d_out) {
        const auto state = ctx->saved_data["state"].toCapsule();
        auto& own = static_cast<LayerState&>(*state);
        const Pass& pass = *own.pass;
        const LlamaWeights& weights = *pass.weights;
        if (pass.checkpoint_layers) {
            const at::NoGradGuard no_grad;
            const at::Tensor x = own.saved.x;
            static_cast<void>(pass.forward(own.layer, own.adapters, x, &own.saved));
        }
        LayerGradients gradients = layer_backward(weights.layers[own.layer], weights.config, weights.rope, own.adapters,
                                                  d_out.front().contiguous(), pass.batch.positions, pass.batch.offsets,
                                                  own.saved, {.x = own.needs_x, .weights = pass.full != nullptr});
        variable_list result{own.needs_x ? gradients.x : at::Tensor()};
        for (std::size_t module = 0; pass.lora != nullptr && module < module_count; ++module) {
            if (!pass.lora->layers()[own.layer][module]) continue;
            result.push_back(gradients.a[module]);
            result.push_back(gradients.b[module]);
        }
        if (pass.full != nullptr) {
            for (auto& gradient : gradients.weights.all()) result.push_back(std::move(gradient));
        }
        result.resize(result.size() + 2);  // pass and layer
        own.saved = {};                    // a second backward is not for this model; free the memory now
        return result;
    }
};

/// Rows of the embedding, differentiable in its leaf.
class EmbeddingFunction : public torch::autograd::Function<EmbeddingFunction> {
  public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& leaf, const at::Tensor& embedding,
                              const at::Tensor& ids) {
        ctx->save_for_backward({ids});
        ctx->saved_data["rows"] = leaf.size(0);
        return embedding.index_select(0, ids);
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& dy) {
        const at::Tensor d_leaf = at::embedding_dense_backward(
            dy.front().to(at::kFloat), ctx->get_saved_variables().front(), ctx->saved_data["rows"].toInt(), -1, false);
        return {d_leaf, at::Tensor(), at::Tensor()};
    }
};

class NormFunction : public torch::autograd::Function<NormFunction> {
  public:
    /// `leaf`: the float32 leaf behind `weight`, or nothing when it is frozen.
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, const at::Tensor& weight, at::TensorList leaf,
                              double eps) {
        ctx->saved_data["trained"] = !leaf.empty();
        const RmsNorm normed = rms_norm(x, weight, eps);
        ctx->save_for_backward({x, weight, normed.rstd});
        return normed.y;
    }
    static variable_list backward(AutogradContext* ctx, const variable_list& dy) {
        const auto saved = ctx->get_saved_variables();
        const at::Tensor d_y = dy.front().contiguous();
        variable_list result{rms_norm_backward(d_y, saved[0], saved[2], saved[1], at::Tensor()), at::Tensor()};
        if (ctx->saved_data["trained"].toBool()) result.push_back(norm_weight_gradient(d_y, saved[0], saved[2]));
        result.emplace_back();  // eps
        return result;
    }
};

std::vector<at::Tensor> layer_parameters(const Lora* lora, const FullWeights* full, std::size_t layer) {
    std::vector<at::Tensor> parameters;
    for (std::size_t module = 0; lora != nullptr && module < module_count; ++module) {
        const auto& pair = lora->layers()[layer][module];
        if (!pair) continue;
        parameters.push_back(pair->a);
        parameters.push_back(pair->b);
    }
    if (full != nullptr) {
        for (auto& tensor : full->layer(layer).all()) parameters.push_back(std::move(tensor));
    }
    return parameters;
}

}  // namespace

at::Tensor hidden_states(const std::shared_ptr<const LlamaWeights>& weights, const Lora* lora, const PackedBatch& batch,
                         const ForwardOptions& options, const FullWeights* full) {
    const LlamaConfig& config = weights->config;
    const bool record = at::GradMode::is_enabled() && (lora != nullptr || full != nullptr);
    LoraDropout dropout;
    if (options.dropout && lora != nullptr) dropout = {lora->config().dropout, *options.dropout};
    const auto pass = std::make_shared<const Pass>(Pass{weights, lora, batch, options.rows, dropout,
                                                        record ? full : nullptr, record && options.checkpoint_layers});

    at::Tensor x = full != nullptr ? EmbeddingFunction::apply(full->embedding(), weights->embedding.values, batch.ids)
                                   : weights->embed(batch.ids);
    for (std::size_t layer = 0; layer < weights->layers.size(); ++layer) {
        if (record) {
            x = LayerFunction::apply(x, at::TensorList(layer_parameters(lora, full, layer)), pass, layer);
        } else {
            x = pass->forward(layer, fuse_layer(lora, config, layer, x.scalar_type()), x, nullptr);
        }
    }
    const auto norm_leaf = full != nullptr ? at::TensorList(full->norm()) : at::TensorList();
    return NormFunction::apply(x, weights->norm, norm_leaf, config.rms_eps);
}

}  // namespace anabranch::lm
