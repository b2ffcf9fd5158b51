#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/dequantise.h>
#include <anabranch/lm/model/weights.h>

namespace anabranch::lm {
namespace {

std::string shape_text(at::IntArrayRef shape) {
    return cat(shape);
}

class Loader {
  public:
    Loader(const GgufFile& file, const LlamaConfig& config, const Compute& compute)
        : file_(file), config_(config), compute_(compute) {}

    /// A tensor of exactly this shape, in float32 on the CPU.
    at::Tensor read(const std::string& name, std::vector<std::int64_t> shape) const {
        const GgufTensor& tensor = file_.tensor(name);
        if (tensor.shape != shape) {
            throw Error(cat(file_.name(), ": tensor '", name, "' has shape ", shape_text(tensor.shape), ", expected ",
                            shape_text(shape), " by the file's own metadata"));
        }
        at::Tensor values = at::empty(shape, at::kFloat);
        const std::int64_t rows = shape.size() == 1 ? 1 : shape.front();
        const std::int64_t width = values.numel() / rows;
        float* out = values.mutable_data_ptr<float>();
        at::parallel_for(0, rows, 64, [&](std::int64_t first, std::int64_t last) {
            dequantise_rows(tensor, static_cast<std::size_t>(first), static_cast<std::size_t>(last - first),
                            {out + first * width, static_cast<std::size_t>((last - first) * width)});
        });
        return values;
    }

    at::Tensor place(const at::Tensor& values) const { return values.to(compute_.device, compute_.dtype).contiguous(); }

    LayerWeights layer(std::int64_t index) const {
        const std::string prefix = cat("blk.", index, ".");
        const HeadLayout& heads = config_.attention;
        const auto projection = [&](const char* name, std::int64_t rows, std::int64_t columns) {
            return read(prefix + name + ".weight", {rows, columns});
        };
        const at::Tensor q = unpermute(projection("attn_q", heads.query_width(), config_.hidden), heads.heads);
        const at::Tensor k = unpermute(projection("attn_k", heads.kv_width(), config_.hidden), heads.kv_heads);
        const at::Tensor v = projection("attn_v", heads.kv_width(), config_.hidden);
        return {place(read(prefix + "attn_norm.weight", {config_.hidden})),
                place(at::cat({q, k, v})),
                place(projection("attn_output", config_.hidden, heads.query_width())),
                place(read(prefix + "ffn_norm.weight", {config_.hidden})),
                place(at::cat({projection("ffn_gate", config_.intermediate, config_.hidden),
                               projection("ffn_up", config_.intermediate, config_.hidden)})),
                place(projection("ffn_down", config_.hidden, config_.intermediate))};
    }

  private:
    // llama.cpp rotates neighbouring rows (2i, 2i + 1); transformers rotates halves (i, i + head_dim / 2).
    at::Tensor unpermute(const at::Tensor& rows, std::int64_t heads) const {
        const std::int64_t half = config_.attention.head_dim / 2;
        return rows.view({heads, half, 2, rows.size(1)}).transpose(1, 2).reshape(rows.sizes());
    }

    const GgufFile& file_;
    const LlamaConfig& config_;
    const Compute& compute_;
};

}  // namespace

std::int64_t LlamaWeights::bytes() const {
    const auto size = [](const at::Tensor& tensor) { return static_cast<std::int64_t>(tensor.nbytes()); };
    std::int64_t total = size(embedding) + size(norm) + (config.tied_head ? 0 : size(head));
    for (const auto& l : layers) {
        total +=
            size(l.attention_norm) + size(l.qkv) + size(l.output) + size(l.ffn_norm) + size(l.gate_up) + size(l.down);
    }
    return total;
}

std::shared_ptr<const LlamaWeights> weights_from_gguf(const GgufFile& file, const Compute& compute) {
    auto weights = std::make_shared<LlamaWeights>();
    weights->config = config_from_gguf(file);
    const LlamaConfig& config = weights->config;
    const Loader loader(file, config, compute);
    weights->embedding = loader.place(loader.read("token_embd.weight", {config.vocabulary, config.hidden}));
    for (std::int64_t i = 0; i < config.layers; ++i) weights->layers.push_back(loader.layer(i));
    weights->norm = loader.place(loader.read("output_norm.weight", {config.hidden}));
    weights->head = config.tied_head ? weights->embedding
                                     : loader.place(loader.read("output.weight", {config.vocabulary, config.hidden}));
    weights->rope = make_rope(config.context, config.attention.head_dim, config.rope_theta, compute.device);
    return weights;
}

}  // namespace anabranch::lm
