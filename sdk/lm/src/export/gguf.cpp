#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/gguf_write.h>
#include <anabranch/lm/export/export_model.h>
#include <anabranch/lm/export/weights_in_memory.h>
#include <anabranch/lm/tokenizer/to_gguf.h>

#include "model_tensors.h"
#include "rope_export.h"

namespace anabranch::lm {
namespace {

constexpr const char* rope_tensor = "rope_freqs.weight";

struct FileType {
    at::ScalarType dtype;
    const char* name;
    std::uint32_t number;  // general.file_type
};
constexpr FileType file_types[] = {{at::kFloat, "F32", 0}, {at::kHalf, "F16", 1}, {at::kBFloat16, "BF16", 32}};

const FileType& file_type_of(at::ScalarType dtype) {
    for (const auto& type : file_types) {
        if (type.dtype == dtype) return type;
    }
    throw Error(cat("a GGUF of ", at::toString(dtype), " cannot be written"));
}

GgufMetadata metadata_of(const LanguageModel& model, const std::string& name, const FileType& type) {
    const LlamaConfig& config = model.config();
    GgufMetadata metadata{{"general.architecture", std::string("llama")},
                          {"general.type", std::string("model")},
                          {"general.name", name},
                          {"general.file_type", type.number}};
    const auto number = [&](const char* key, std::int64_t value) {
        metadata.emplace_back(cat("llama.", key), static_cast<std::uint32_t>(value));
    };
    number("vocab_size", config.vocabulary);
    number("context_length", config.context);
    number("embedding_length", config.hidden);
    number("feed_forward_length", config.intermediate);
    number("block_count", config.layers);
    number("attention.head_count", config.attention.heads);
    number("attention.head_count_kv", config.attention.kv_heads);
    number("attention.key_length", config.attention.head_dim);
    number("attention.value_length", config.attention.head_dim);
    number("rope.dimension_count", config.attention.head_dim);
    metadata.emplace_back("llama.attention.layer_norm_rms_epsilon", static_cast<float>(config.rms_eps));
    metadata.emplace_back("llama.rope.freq_base", static_cast<float>(config.rope_theta));
    if (config.rope_scaling.kind == RopeScaling::Kind::linear) {
        metadata.emplace_back("llama.rope.scaling.type", std::string("linear"));
        metadata.emplace_back("llama.rope.scaling.factor", static_cast<float>(config.rope_scaling.factor));
    }
    for (auto& entry : tokenizer_to_gguf(model.tokenizer().data(), config.vocabulary))
        metadata.push_back(std::move(entry));
    return metadata;
}

// transformers rotates halves (i, i + head_dim / 2), llama.cpp neighbouring rows (2i, 2i + 1).
at::Tensor permute(const at::Tensor& rows, std::int64_t heads) {
    return rows.view({heads, 2, rows.size(0) / heads / 2, rows.size(1)}).transpose(1, 2).reshape(rows.sizes());
}

at::Tensor in_ggml_order(const at::Tensor& values, const std::string& name, const HeadLayout& heads) {
    if (name.ends_with("q_proj.weight")) return permute(values, heads.heads);
    if (name.ends_with("k_proj.weight")) return permute(values, heads.kv_heads);
    return values;
}

}  // namespace

void export_gguf(const LanguageModel& model, const std::filesystem::path& target, const std::string& name,
                 at::ScalarType dtype) {
    if (model.parts().score_head) {
        throw Error("llama.cpp has no place for the score head of a reward model; export it with --format hf");
    }
    const LlamaConfig& config = model.config();
    const FileType& type = file_type_of(dtype);
    const auto weights = weights_in_memory(*model.weights(), model.lora());
    const auto tensors = tensors_of(config);
    std::vector<GgufEntry> entries;
    for (const auto& tensor : tensors) {
        const bool matrix = tensor.shape.size() > 1;
        entries.push_back({gguf_name(tensor.name), tensor.shape, *find_ggml_type(matrix ? type.name : "F32")});
    }
    const auto scaling = config.rope_scaling.kind;
    const bool divided = scaling == RopeScaling::Kind::llama3 || scaling == RopeScaling::Kind::divisors;
    if (divided) entries.push_back({rope_tensor, {config.attention.head_dim / 2}, *find_ggml_type("F32")});

    TensorBytes bytes;
    write_gguf(target, metadata_of(model, name, type), entries, [&](std::size_t i) {
        if (i == tensors.size()) return bytes(at::tensor(rope_divisors(config)), at::kFloat);
        const at::Tensor values = in_ggml_order(weights->read(tensors[i]), tensors[i].name, config.attention);
        return bytes(values, values.dim() > 1 ? dtype : at::kFloat);
    });
}

}  // namespace anabranch::lm
