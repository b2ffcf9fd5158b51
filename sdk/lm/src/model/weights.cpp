#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/model/weights.h>

#include <array>
#include <span>

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

template <typename Visit>
void for_each_matrix(const LlamaWeights& weights, Visit visit) {
    visit(weights.embedding);
    for (const LayerWeights& layer : weights.layers) {
        for (const Weight* matrix : {&layer.qkv, &layer.output, &layer.gate_up, &layer.down}) visit(*matrix);
    }
    if (!weights.config.tied_head) visit(weights.head);
}

Weight quantised(const TensorSpec& tensor, const WeightSource& source) {
    try {
        return quantise(source.read(tensor));
    } catch (const Error& error) {
        throw Error(cat("tensor '", tensor.name, "': ", error.what()));
    }
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

at::Tensor LlamaWeights::embed(const at::Tensor& ids) const {
    return chosen_rows(embedding, ids, norm.scalar_type());
}

std::int64_t LlamaWeights::count() const {
    std::int64_t total = 0;
    for_each_matrix(*this, [&](const Weight& matrix) { total += matrix.values.numel(); });
    return total + norm.numel() * (1 + 2 * config.layers);
}

std::int64_t LlamaWeights::bytes() const {
    std::int64_t total = 0;
    for_each_matrix(*this, [&](const Weight& matrix) { total += matrix.bytes(); });
    return total + static_cast<std::int64_t>(norm.nbytes()) * (1 + 2 * config.layers);
}

std::shared_ptr<const LlamaWeights> build_weights(const LlamaConfig& config, const WeightSource& source,
                                                  const Compute& compute) {
    const auto vector = [&](const TensorSpec& tensor) {
        return source.read(tensor).to(compute.device, compute.dtype).contiguous();
    };
    // Each part is converted before the next one is read.
    const auto matrix = [&](std::span<const TensorSpec> parts) {
        std::vector<at::Tensor> values;
        std::vector<at::Tensor> scales;
        for (const TensorSpec& part : parts) {
            const Weight made = compute.int8_weights ? quantised(part, source) : Weight(source.read(part));
            values.push_back(made.values.to(compute.device, made.quantised() ? at::kChar : compute.dtype));
            if (made.quantised()) scales.push_back(made.scales.to(compute.device));
        }
        const auto joined = [](const std::vector<at::Tensor>& list) {
            return list.empty() ? at::Tensor() : list.size() == 1 ? list.front().contiguous() : at::cat(list);
        };
        return Weight(joined(values), joined(scales));
    };
    auto weights = std::make_shared<LlamaWeights>();
    weights->config = config;
    weights->embedding = matrix(std::array{embedding_of(config)});
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        const auto tensors = layer_tensors(config, layer);
        const auto some = [&](std::size_t first, std::size_t count) {
            return matrix(std::span(tensors).subspan(first, count));
        };
        // In this order, which is the order of reading.
        LayerWeights made;
        made.attention_norm = vector(tensors[0]);
        made.qkv = some(1, 3);
        made.output = some(4, 1);
        made.ffn_norm = vector(tensors[5]);
        made.gate_up = some(6, 2);
        made.down = some(8, 1);
        weights->layers.push_back(std::move(made));
    }
    weights->norm = vector(norm_of(config));
    weights->head = config.tied_head ? weights->embedding : matrix(std::array{head_of(config)});
    weights->rope =
        make_rope(config.context, rope_frequencies(config.attention.head_dim, config.rope_theta, config.rope_scaling),
                  compute.device);
    return weights;
}

}  // namespace anabranch::lm
