#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/dequantise.h>
#include <anabranch/lm/model/weights.h>

#include <algorithm>
#include <array>
#include <set>

namespace anabranch::lm {
namespace {

struct Spelling {
    std::string_view transformers;
    std::string_view gguf;
};

constexpr std::array whole_model = {Spelling{"model.embed_tokens.weight", "token_embd.weight"},
                                    Spelling{"model.norm.weight", "output_norm.weight"},
                                    Spelling{"lm_head.weight", "output.weight"}};
constexpr std::array in_layer = {Spelling{"input_layernorm.weight", "attn_norm.weight"},
                                 Spelling{"self_attn.q_proj.weight", "attn_q.weight"},
                                 Spelling{"self_attn.k_proj.weight", "attn_k.weight"},
                                 Spelling{"self_attn.v_proj.weight", "attn_v.weight"},
                                 Spelling{"self_attn.o_proj.weight", "attn_output.weight"},
                                 Spelling{"post_attention_layernorm.weight", "ffn_norm.weight"},
                                 Spelling{"mlp.gate_proj.weight", "ffn_gate.weight"},
                                 Spelling{"mlp.up_proj.weight", "ffn_up.weight"},
                                 Spelling{"mlp.down_proj.weight", "ffn_down.weight"}};
constexpr std::string_view layers = "model.layers.";

template <std::size_t N>
std::string_view spelt(const std::array<Spelling, N>& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, &Spelling::transformers);
    if (found == table.end()) throw Error(cat("no tensor of a LLaMA is called '", name, "'"));
    return found->gguf;
}

class GgufWeights final : public WeightSource {
  public:
    GgufWeights(std::shared_ptr<const GgufFile> file, const LlamaConfig& config)
        : owner_(std::move(file)), file_(*owner_), config_(config) {
        check_names();
    }

    at::Tensor read(const TensorSpec& wanted) const override {
        const GgufTensor& tensor = file_.tensor(gguf_name(wanted.name));
        if (tensor.shape != wanted.shape) {
            throw Error(cat(file_.name(), ": tensor '", tensor.name, "' has shape ", at::IntArrayRef(tensor.shape),
                            ", expected ", at::IntArrayRef(wanted.shape), " by the file's own metadata"));
        }
        at::Tensor values = at::empty(wanted.shape, at::kFloat);
        const std::int64_t rows = wanted.shape.size() == 1 ? 1 : wanted.shape.front();
        const std::int64_t width = values.numel() / rows;
        float* out = values.mutable_data_ptr<float>();
        at::parallel_for(0, rows, 64, [&](std::int64_t first, std::int64_t last) {
            dequantise_rows(tensor, static_cast<std::size_t>(first), static_cast<std::size_t>(last - first),
                            {out + first * width, static_cast<std::size_t>((last - first) * width)});
        });
        file_.release(tensor);
        if (wanted.name.ends_with("q_proj.weight")) return unpermute(values, config_.attention.heads);
        if (wanted.name.ends_with("k_proj.weight")) return unpermute(values, config_.attention.kv_heads);
        return values;
    }

  private:
    // llama.cpp rotates neighbouring rows (2i, 2i + 1); transformers rotates halves (i, i + head_dim / 2).
    at::Tensor unpermute(const at::Tensor& rows, std::int64_t heads) const {
        const std::int64_t half = config_.attention.head_dim / 2;
        return rows.view({heads, half, 2, rows.size(1)}).transpose(1, 2).reshape(rows.sizes());
    }

    void check_names() const {
        std::set<std::string> known{"rope_freqs.weight"};  // read with the config
        for (const auto& tensor : tensors_of(config_)) known.insert(file_.tensor(gguf_name(tensor.name)).name);
        for (const auto& tensor : file_.tensors()) {
            if (!known.contains(tensor.name))
                throw Error(cat(file_.name(), ": tensor '", tensor.name, "' has no place in a LLaMA of ",
                                config_.layers, " layers; it is another architecture"));
        }
    }

    std::shared_ptr<const GgufFile> owner_;
    const GgufFile& file_;
    LlamaConfig config_;
};

}  // namespace

std::string gguf_name(std::string_view name) {
    if (!name.starts_with(layers)) return std::string(spelt(whole_model, name));
    const std::string_view rest = name.substr(layers.size());
    const std::size_t dot = rest.find('.');
    return cat("blk.", rest.substr(0, dot), ".", spelt(in_layer, rest.substr(dot + 1)));
}

std::unique_ptr<const WeightSource> gguf_weights(std::shared_ptr<const GgufFile> file, const LlamaConfig& config) {
    return std::make_unique<const GgufWeights>(std::move(file), config);
}

std::shared_ptr<const LlamaWeights> weights_from_gguf(const GgufFile& file, const Compute& compute) {
    const LlamaConfig config = config_from_gguf(file);
    const std::shared_ptr<const GgufFile> borrowed(std::shared_ptr<const GgufFile>(), &file);
    return build_weights(config, *gguf_weights(borrowed, config), compute);
}

}  // namespace anabranch::lm
