#include <anabranch/error.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/model/config.h>

#include <algorithm>
#include <string>

#include "config_checks.h"

namespace anabranch::lm {
namespace {

/// A member that is there and not null.
std::optional<Json> given(const Json& json, std::string_view key) {
    auto value = json.find(key);
    return value && !value->is_null() ? value : std::nullopt;
}

std::int64_t positive(const Json& value) {
    const std::int64_t size = value.integer();
    if (size < 1 || size > (std::int64_t{1} << 32)) value.fail(cat("is ", size, "; expected a positive size"));
    return size;
}

std::int64_t positive(const Json& json, std::string_view key, std::int64_t otherwise) {
    const auto value = given(json, key);
    return value ? positive(*value) : otherwise;
}

double above_zero(const Json& value) {
    const double number = value.number();
    if (!(number > 0)) value.fail(cat("is ", number, "; expected a number above 0"));
    return number;
}

void refuse_others(const Json& json) {
    const Json type = json.at("model_type");
    if (type.string() != "llama" && type.string() != "mistral")
        type.fail(cat("is '", type.string(), "'; supported are llama and mistral"));
    for (const char* key : {"attention_bias", "mlp_bias"}) {
        if (const auto value = given(json, key); value && value->boolean())
            value->fail("is true, which is not supported: the linear layers here have no bias");
    }
    if (const auto value = given(json, "hidden_act"); value && value->string() != "silu")
        value->fail(cat("is '", value->string(), "'; expected 'silu'"));
    if (const auto value = given(json, "quantization_config"))
        value->fail("says that the weights are quantised; supported are F32, F16 and BF16, or a GGUF file");
}

RopeScaling rope_scaling(const Json& json) {
    const auto named = given(json, "rope_type");
    const auto type = named ? named : given(json, "type");  // the older spelling
    if (!type) json.fail("has no 'rope_type'");
    const std::string& name = type->string();
    if (name == "default") return {};
    RopeScaling scaling;
    if (name != "linear" && name != "llama3")
        type->fail(cat("is '", name, "'; supported are default, linear and llama3"));
    scaling.factor = above_zero(json.at("factor"));
    scaling.kind = RopeScaling::Kind::linear;
    if (name == "linear") return scaling;
    scaling.kind = RopeScaling::Kind::llama3;
    scaling.low_frequency_factor = above_zero(json.at("low_freq_factor"));
    scaling.high_frequency_factor = above_zero(json.at("high_freq_factor"));
    scaling.original_context = positive(json.at("original_max_position_embeddings"));
    if (scaling.high_frequency_factor <= scaling.low_frequency_factor)
        json.at("high_freq_factor").fail("is not above low_freq_factor");
    return scaling;
}

}  // namespace

LlamaConfig config_from_json(const std::filesystem::path& file) {
    const Json json = Json::read_file(file);
    refuse_others(json);
    LlamaConfig config;
    config.hidden = positive(json.at("hidden_size"));
    config.intermediate = positive(json.at("intermediate_size"));
    config.layers = positive(json.at("num_hidden_layers"));
    config.vocabulary = positive(json.at("vocab_size"));
    config.context = positive(json, "max_position_embeddings", 2048);
    // Within the window attention is whole; beyond it we would differ from the model.
    config.context = std::min(config.context, positive(json, "sliding_window", config.context));
    HeadLayout& attention = config.attention;
    attention.heads = positive(json.at("num_attention_heads"));
    attention.kv_heads = positive(json, "num_key_value_heads", attention.heads);
    attention.head_dim = positive(json, "head_dim", config.hidden / attention.heads);
    check_heads(attention, file.string());
    const auto eps = given(json, "rms_norm_eps");
    config.rms_eps = eps ? above_zero(*eps) : 1e-6;
    // transformers 5 keeps theta and scaling together as rope_parameters.
    const auto rope = given(json, "rope_parameters");
    const auto theta = given(rope ? *rope : json, "rope_theta");
    if (theta) config.rope_theta = above_zero(*theta);
    if (const auto scaling = rope ? rope : given(json, "rope_scaling")) config.rope_scaling = rope_scaling(*scaling);
    if (const auto tied = given(json, "tie_word_embeddings")) config.tied_head = tied->boolean();
    return config;
}

}  // namespace anabranch::lm
