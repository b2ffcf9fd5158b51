#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/model/weights.h>

namespace anabranch::lm {
namespace {

std::vector<TensorSpec> layer_tensors(const LlamaConfig& config, std::int64_t layer) {
    const std::int64_t hidden = config.hidden;
    const std::int64_t inner = config.intermediate;
    const HeadLayout& heads = config.attention;
    return {{layer_tensor(layer, "input_layernorm"), {hidden}},
            {layer_tensor(layer, "self_attn.q_proj"), {heads.query_width(), hidden}},
            {layer_tensor(layer, "self_attn.k_proj"), {heads.kv_width(), hidden}},
            {layer_tensor(layer, "self_attn.v_proj"), {heads.kv_width(), hidden}},
            {layer_tensor(layer, "self_attn.o_proj"), {hidden, heads.query_width()}},
            {layer_tensor(layer, "post_attention_layernorm"), {hidden}},
            {layer_tensor(layer, "mlp.gate_proj"), {inner, hidden}},
            {layer_tensor(layer, "mlp.up_proj"), {inner, hidden}},
            {layer_tensor(layer, "mlp.down_proj"), {hidden, inner}}};
}

TensorSpec embedding_of(const LlamaConfig& config) {
    return {"model.embed_tokens.weight", {config.vocabulary, config.hidden}};
}
TensorSpec norm_of(const LlamaConfig& config) {
    return {"model.norm.weight", {config.hidden}};
}
TensorSpec head_of(const LlamaConfig& config) {
    return {"lm_head.weight", {config.vocabulary, config.hidden}};
}

}  // namespace

std::string layer_tensor(std::int64_t layer, std::string_view module) {
    return cat("model.layers.", layer, ".", module, ".weight");
}

std::vector<TensorSpec> tensors_of(const LlamaConfig& config) {
    std::vector<TensorSpec> all{embedding_of(config)};
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        for (auto& tensor : layer_tensors(config, layer)) all.push_back(std::move(tensor));
    }
    all.push_back(norm_of(config));
    if (!config.tied_head) all.push_back(head_of(config));
    return all;
}

std::int64_t LlamaWeights::bytes() const {
    const auto size = [](const at::Tensor& tensor) { return static_cast<std::int64_t>(tensor.nbytes()); };
    std::int64_t total = size(embedding) + size(norm) + (config.tied_head ? 0 : size(head));
    for (const auto& l : layers) {
        total +=
            size(l.attention_norm) + size(l.qkv) + size(l.output) + size(l.ffn_norm) + size(l.gate_up) + size(l.down);
    }
    return total;
}

std::shared_ptr<const LlamaWeights> build_weights(const LlamaConfig& config, const WeightSource& source,
                                                  const Compute& compute) {
    const auto place = [&](const at::Tensor& values) { return values.to(compute.device, compute.dtype).contiguous(); };
    auto weights = std::make_shared<LlamaWeights>();
    weights->config = config;
    weights->embedding = place(source.read(embedding_of(config)));
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const auto tensors = layer_tensors(config, layer);
        const auto read = [&](std::size_t i) { return source.read(tensors[i]); };
        weights->layers.push_back({place(read(0)), place(at::cat({read(1), read(2), read(3)})), place(read(4)),
                                   place(read(5)), place(at::cat({read(6), read(7)})), place(read(8))});
    }
    weights->norm = place(source.read(norm_of(config)));
    weights->head = config.tied_head ? weights->embedding : place(source.read(head_of(config)));
    weights->rope =
        make_rope(config.context, rope_frequencies(config.attention.head_dim, config.rope_theta, config.rope_scaling),
                  compute.device);
    return weights;
}

}  // namespace anabranch::lm
