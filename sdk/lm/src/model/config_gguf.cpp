#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/dequantise.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/model/config.h>

#include <algorithm>
#include <string>

#include "config_checks.h"

namespace anabranch::lm {
namespace {

std::int64_t positive(const GgufFile& file, const std::string& key) {
    const auto value = file.get<std::uint64_t>(key);
    constexpr std::uint64_t limit = std::uint64_t{1} << 32;
    if (value == 0 || value > limit)
        throw Error(cat(file.name(), ": ", key, " is ", value, ", expected a positive size"));
    return static_cast<std::int64_t>(value);
}

RopeScaling rope_scaling(const GgufFile& file, std::int64_t head_dim) {
    const std::string prefix = "llama.rope.scaling.";
    const auto type = file.find<std::string>(prefix + "type").value_or("none");
    const GgufTensor* divisors = file.find_tensor("rope_freqs.weight");
    RopeScaling scaling;
    if (type == "linear") {
        scaling.kind = RopeScaling::Kind::linear;
        scaling.factor = file.get<float>(prefix + "factor");
    } else if (const auto factor = file.find<float>("llama.rope.scale_linear"); factor && type == "none") {
        scaling = {.kind = RopeScaling::Kind::linear, .factor = *factor};
    } else if (type != "none") {
        throw Error(cat(file.name(), ": ", prefix, "type is '", type, "'; supported are none, linear and, by ",
                        "rope_freqs.weight, LLaMA 3's"));
    }
    if (!(scaling.factor > 0)) throw Error(cat(file.name(), ": ", prefix, "factor is ", scaling.factor));
    if (divisors == nullptr) return scaling;
    if (scaling.kind != RopeScaling::Kind::none)
        throw Error(cat(file.name(), ": both ", prefix, "type and rope_freqs.weight scale the rotary embeddings"));
    if (divisors->shape != std::vector<std::int64_t>{head_dim / 2})
        throw Error(cat(file.name(), ": tensor 'rope_freqs.weight' should have one element for each of the ",
                        head_dim / 2, " frequencies"));
    scaling.kind = RopeScaling::Kind::divisors;
    scaling.divisors.resize(divisors->element_count());
    dequantise(*divisors, scaling.divisors);
    for (const float divisor : scaling.divisors) {
        if (!(divisor > 0)) throw Error(cat(file.name(), ": rope_freqs.weight has the divisor ", divisor));
    }
    return scaling;
}

}  // namespace

void check_heads(const HeadLayout& attention, const std::string& source) {
    if (attention.heads % attention.kv_heads == 0 && attention.head_dim > 0 && attention.head_dim % 2 == 0) return;
    throw Error(cat(source, ": ", attention.heads, " heads, ", attention.kv_heads, " key-value heads of ",
                    attention.head_dim, " elements do not fit each other"));
}

LlamaConfig config_from_gguf(const GgufFile& file) {
    const auto architecture = file.get<std::string>("general.architecture");
    if (architecture != "llama") {
        throw Error(cat(file.name(), ": the model's architecture is '", architecture, "', expected 'llama'"));
    }
    LlamaConfig config;
    config.hidden = positive(file, "llama.embedding_length");
    config.intermediate = positive(file, "llama.feed_forward_length");
    config.layers = positive(file, "llama.block_count");
    config.context = positive(file, "llama.context_length");
    config.attention.heads = positive(file, "llama.attention.head_count");
    config.attention.kv_heads = file.has("llama.attention.head_count_kv")
                                    ? positive(file, "llama.attention.head_count_kv")
                                    : config.attention.heads;
    config.attention.head_dim = file.has("llama.attention.key_length") ? positive(file, "llama.attention.key_length")
                                                                       : config.hidden / config.attention.heads;
    config.rms_eps = file.get<float>("llama.attention.layer_norm_rms_epsilon");
    config.rope_theta = file.find<float>("llama.rope.freq_base").value_or(10000.0F);
    config.rope_scaling = rope_scaling(file, config.attention.head_dim);
    config.vocabulary = file.tensor("token_embd.weight").shape.front();
    config.tied_head = file.find_tensor("output.weight") == nullptr;
    if (file.has("llama.attention.sliding_window"))
        config.context = std::min(config.context, positive(file, "llama.attention.sliding_window"));
    check_heads(config.attention, file.name());
    return config;
}

}  // namespace anabranch::lm
