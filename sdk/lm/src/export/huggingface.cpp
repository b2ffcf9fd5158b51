#include <ATen/ATen.h>
#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <anabranch/lm/export/export_model.h>
#include <anabranch/lm/export/weights_in_memory.h>
#include <anabranch/lm/json/writer.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/tokenizer/to_huggingface.h>

#include "model_tensors.h"
#include "rope_export.h"

namespace anabranch::lm {
namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& path, const std::string& text) {
    AtomicFile file(path);
    file.write(text);
    file.commit();
}

void write_rope_scaling(JsonWriter& json, const RopeScaling& scaling) {
    if (scaling.kind == RopeScaling::Kind::none) return;
    const bool llama3 = scaling.kind == RopeScaling::Kind::llama3;
    json.key("rope_scaling").begin_object().key("rope_type").value(llama3 ? "llama3" : "linear");
    json.key("factor").value(scaling.factor);
    if (llama3) {
        json.key("low_freq_factor").value(scaling.low_frequency_factor);
        json.key("high_freq_factor").value(scaling.high_frequency_factor);
        json.key("original_max_position_embeddings").value(scaling.original_context);
    }
    json.end_object();
}

void write_token_ids(JsonWriter& json, const Tokenizer& tokenizer, bool classifier) {
    const auto id = [&](const char* name, std::optional<std::int64_t> value) {
        if (value) json.key(name).value(*value);
    };
    id("bos_token_id", tokenizer.bos());
    if (const auto stops = tokenizer.stops(); stops.size() > 1) {
        json.key("eos_token_id").begin_array();
        for (const std::int64_t stop : stops) json.value(stop);
        json.end_array();
    } else {
        id("eos_token_id", tokenizer.eos());
    }
    // A classifier reads its score before the first padding token, so it must know one.
    const auto pad = tokenizer.pad();
    id("pad_token_id", pad || !classifier ? pad : tokenizer.eos());
}

std::string config_text(const LanguageModel& model, at::ScalarType dtype) {
    const LlamaConfig& config = model.config();
    const bool classifier = model.parts().score_head.has_value();
    JsonWriter json;
    json.begin_object().key("architectures").begin_array();
    json.value(classifier ? "LlamaForSequenceClassification" : "LlamaForCausalLM").end_array();
    json.key("model_type").value("llama");
    json.key("hidden_size").value(config.hidden).key("intermediate_size").value(config.intermediate);
    json.key("num_hidden_layers").value(config.layers).key("num_attention_heads").value(config.attention.heads);
    json.key("num_key_value_heads").value(config.attention.kv_heads).key("head_dim").value(config.attention.head_dim);
    json.key("vocab_size").value(config.vocabulary).key("max_position_embeddings").value(config.context);
    json.key("rms_norm_eps").value(config.rms_eps).key("rope_theta").value(config.rope_theta);
    write_rope_scaling(json, named_scaling(config));
    json.key("hidden_act").value("silu").key("attention_bias").value(false).key("mlp_bias").value(false);
    json.key("tie_word_embeddings").value(config.tied_head);
    write_token_ids(json, model.tokenizer(), classifier);
    if (classifier) {  // transformers counts the labels by their names
        json.key("id2label").begin_object().key("0").value("score").end_object();
        json.key("label2id").begin_object().key("score").value(0).end_object();
    }
    json.key("torch_dtype").value(dtype == at::kFloat ? "float32" : dtype == at::kHalf ? "float16" : "bfloat16");
    return json.end_object().take();
}

/// Those that it was read from, where they were made for transformers.
void write_tokenizer(const fs::path& directory, const LanguageModel& model) {
    auto files = model.tokenizer().files();
    if (files.empty()) files = tokenizer_to_huggingface(model.tokenizer().data(), model.config().context);
    for (const auto& [name, text] : files) write_text(directory / name, text);
}

void write_value_head(const fs::path& directory, const LanguageModel& model) {
    if (model.parts().value_head) save_head(directory / value_head_file, "v_head.summary", *model.parts().value_head);
}

}  // namespace

void export_huggingface(const LanguageModel& model, const fs::path& target, at::ScalarType dtype) {
    const LlamaConfig& config = model.config();
    const auto weights = weights_in_memory(*model.weights(), model.lora());
    auto tensors = tensors_of(config);
    const TensorSpec score{"score.weight", {1, config.hidden}};
    if (model.parts().score_head) {
        std::erase_if(tensors, [](const TensorSpec& tensor) { return tensor.name == "lm_head.weight"; });
        tensors.push_back(score);
    }
    fs::create_directory(target);
    write_text(target / "config.json", config_text(model, dtype));
    write_tokenizer(target, model);
    write_model_tensors(target, tensors, dtype, [&](const TensorSpec& tensor) {
        return tensor.name == score.name ? model.score_head().weight : weights->read(tensor);
    });
    write_value_head(target, model);
}

void export_adapter(const LanguageModel& model, const fs::path& target) {
    if (model.lora() == nullptr) throw Error("the model has no adapter");
    fs::create_directory(target);
    model.save(target);
    write_tokenizer(target, model);
}

}  // namespace anabranch::lm
