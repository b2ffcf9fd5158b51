#include "layer.h"

#include <ATen/ATen.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/rms_norm.h>
#include <anabranch/lm/kernels/swiglu.h>
#include <anabranch/lm/kernels/weight_gradient.h>

namespace anabranch::lm {
namespace {

LoraDropout part(const LoraDropout& dropout, std::string_view name) {
    return dropout.probability > 0 ? LoraDropout{dropout.probability, dropout.random.fork(name)} : dropout;
}

std::int64_t rotated_heads(const LlamaConfig& config) {
    return config.attention.heads + config.attention.kv_heads;
}

at::Tensor chosen(const at::Tensor& all, const at::Tensor& rows) {
    return rows.defined() ? all.index_select(0, rows) : all;
}

/// The gradient of `chosen`: zero for the other rows.
at::Tensor spread(const at::Tensor& d_chosen, const at::Tensor& rows, std::int64_t tokens) {
    if (!rows.defined()) return d_chosen;
    return at::zeros({tokens, d_chosen.size(1)}, d_chosen.options()).index_add_(0, rows, d_chosen);
}

}  // namespace

LayerLora fuse_layer(const Lora* lora, const LlamaConfig& config, std::size_t layer, at::ScalarType dtype) {
    if (lora == nullptr) return {};
    const auto fuse = [&](const ModuleGroup& group) {
        return FusedLora(group, lora->layers()[layer], lora->config().scale(), dtype);
    };
    return {fuse(qkv_group(config)), fuse(output_group(config)), fuse(gate_up_group(config)), fuse(down_group(config))};
}

at::Tensor layer_forward(const LayerWeights& weights, const LlamaConfig& config, const Rope& rope,
                         const LayerLora& lora, const at::Tensor& x, const at::Tensor& positions, const Attend& attend,
                         const LoraDropout& dropout, const at::Tensor& rows, LayerSaved* saved) {
    LayerSaved scratch;
    LayerSaved& keep = saved == nullptr ? scratch : *saved;
    const auto slot = [&](FusedLora::Saved& place) { return saved == nullptr ? nullptr : &place; };

    keep.x = x;
    RmsNorm normed = rms_norm(x, weights.attention_norm, config.rms_eps);
    keep.rstd = normed.rstd;
    keep.qkv = project(normed.y, weights.qkv);
    lora.qkv.add(keep.qkv, normed.y, part(dropout, "qkv"), slot(keep.qkv_lora));
    apply_rope(keep.qkv, positions, rope, rotated_heads(config), false);
    keep.attention = attend(keep.qkv);

    keep.rows = rows;
    const at::Tensor attended = chosen(keep.attention.out, rows);
    keep.middle = project(attended, weights.output);
    lora.output.add(keep.middle, attended, part(dropout, "output"), slot(keep.output_lora));
    keep.middle.add_(chosen(x, rows));

    normed = rms_norm(keep.middle, weights.ffn_norm, config.rms_eps);
    keep.middle_rstd = normed.rstd;
    keep.gate_up = project(normed.y, weights.gate_up);
    lora.gate_up.add(keep.gate_up, normed.y, part(dropout, "gate_up"), slot(keep.gate_up_lora));
    const at::Tensor activated = swiglu(keep.gate_up);
    at::Tensor out = project(activated, weights.down);
    lora.down.add(out, activated, part(dropout, "down"), slot(keep.down_lora));
    return out.add_(keep.middle);
}

LayerGradients layer_backward(const LayerWeights& weights, const LlamaConfig& config, const Rope& rope,
                              const LayerLora& lora, const at::Tensor& d_out, const at::Tensor& positions,
                              std::span<const std::int64_t> offsets, const LayerSaved& saved, LayerWants wants) {
    LayerGradients gradients;
    // `input` makes what the product was of anew: cheap, and not kept since the forward.
    const auto product = [&](const at::Tensor& dy, const Weight& weight, const FusedLora& adapter,
                             const FusedLora::Saved& kept, at::Tensor& d_weight, const auto& input) {
        if (wants.weights) d_weight = weight_gradient(dy, input());
        at::Tensor dx = project_gradient(dy, weight);
        adapter.backward(dy, kept, dx, gradients.a, gradients.b);
        return dx;
    };
    FullWeights::Layer& d = gradients.weights;
    const auto normed = [&](const at::Tensor& x, const at::Tensor& weight) {
        return rms_norm(x, weight, config.rms_eps).y;
    };
    const at::Tensor d_activated =
        product(d_out, weights.down, lora.down, saved.down_lora, d.down, [&] { return swiglu(saved.gate_up); });
    const at::Tensor d_gate_up = swiglu_backward(d_activated, saved.gate_up);
    const at::Tensor d_normed = product(d_gate_up, weights.gate_up, lora.gate_up, saved.gate_up_lora, d.gate_up,
                                        [&] { return normed(saved.middle, weights.ffn_norm); });
    if (wants.weights) d.ffn_norm = norm_weight_gradient(d_normed, saved.middle, saved.middle_rstd);
    const at::Tensor d_middle = rms_norm_backward(d_normed, saved.middle, saved.middle_rstd, weights.ffn_norm, d_out);

    const at::Tensor d_attended = product(d_middle, weights.output, lora.output, saved.output_lora, d.output,
                                          [&] { return chosen(saved.attention.out, saved.rows); });
    const std::int64_t tokens = saved.x.size(0);
    const at::Tensor d_attention = spread(d_attended, saved.rows, tokens);
    at::Tensor d_qkv = packed_attention_backward(d_attention, saved.qkv, saved.attention, offsets, config.attention);
    apply_rope(d_qkv, positions, rope, rotated_heads(config), true);
    if (!wants.x && !wants.weights) {
        at::Tensor nothing;
        lora.qkv.backward(d_qkv, saved.qkv_lora, nothing, gradients.a, gradients.b);
        return gradients;
    }
    const at::Tensor d_first = product(d_qkv, weights.qkv, lora.qkv, saved.qkv_lora, d.qkv,
                                       [&] { return normed(saved.x, weights.attention_norm); });
    if (wants.weights) d.attention_norm = norm_weight_gradient(d_first, saved.x, saved.rstd);
    gradients.x =
        rms_norm_backward(d_first, saved.x, saved.rstd, weights.attention_norm, spread(d_middle, saved.rows, tokens));
    return gradients;
}

}  // namespace anabranch::lm
