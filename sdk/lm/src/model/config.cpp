#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/model/config.h>

#include <string>

namespace anabranch::lm {
namespace {

std::int64_t positive(const GgufFile& file, const std::string& key) {
    const auto value = file.get<std::uint64_t>(key);
    constexpr std::uint64_t limit = std::uint64_t{1} << 32;
    if (value == 0 || value > limit)
        throw Error(cat(file.name(), ": ", key, " is ", value, ", expected a positive size"));
    return static_cast<std::int64_t>(value);
}

void refuse_scaled_rope(const GgufFile& file) {
    if (const auto type = file.find<std::string>("llama.rope.scaling.type"); type && *type != "none") {
        throw Error(cat(file.name(), ": llama.rope.scaling.type is '", *type,
                        "'; only unscaled rotary embeddings are supported"));
    }
    if (file.find_tensor("rope_freqs.weight") != nullptr) {
        throw Error(
            cat(file.name(),
                ": rope_freqs.weight scales the rotary embeddings (LLaMA 3.1 and later), which is not supported"));
    }
}

}  // namespace

LlamaConfig config_from_gguf(const GgufFile& file) {
    const auto architecture = file.get<std::string>("general.architecture");
    if (architecture != "llama") {
        throw Error(cat(file.name(), ": the model's architecture is '", architecture, "', expected 'llama'"));
    }
    refuse_scaled_rope(file);
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
    config.vocabulary = file.tensor("token_embd.weight").shape.front();
    config.tied_head = file.find_tensor("output.weight") == nullptr;
    const HeadLayout& attention = config.attention;
    if (attention.heads % attention.kv_heads != 0 || attention.head_dim % 2 != 0) {
        throw Error(cat(file.name(), ": ", attention.heads, " heads, ", attention.kv_heads, " key-value heads of ",
                        attention.head_dim, " elements do not fit each other"));
    }
    return config;
}

}  // namespace anabranch::lm
