#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/model/full_weights.h>

namespace anabranch::lm {
namespace {

/// The same model with every tensor gone through `change`; a tied head stays tied.
template <typename Change>
std::shared_ptr<const LlamaWeights> mapped(const LlamaWeights& from, Change change) {
    auto made = std::make_shared<LlamaWeights>(from);
    made->embedding = change(from.embedding.values);
    for (LayerWeights& layer : made->layers) {
        for (at::Tensor* tensor : {&layer.attention_norm, &layer.qkv.values, &layer.output.values, &layer.ffn_norm,
                                   &layer.gate_up.values, &layer.down.values}) {
            *tensor = change(*tensor);
        }
    }
    made->norm = change(from.norm);
    made->head = from.config.tied_head ? made->embedding : Weight(change(from.head.values));
    return made;
}

std::vector<at::Tensor> tensors_of(const LlamaWeights& weights) {
    std::vector<at::Tensor> all{weights.embedding.values};
    for (const LayerWeights& l : weights.layers)
        all.insert(all.end(),
                   {l.attention_norm, l.qkv.values, l.output.values, l.ffn_norm, l.gate_up.values, l.down.values});
    all.push_back(weights.norm);
    if (!weights.config.tied_head) all.push_back(weights.head.values);
    return all;
}

/// Copies tensor by tensor; nothing where both are the same memory.
void copy_all(const std::vector<at::Tensor>& from, const std::vector<at::Tensor>& to) {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (!to[i].is_alias_of(from[i])) at::Tensor(to[i]).copy_(from[i]);
    }
}

at::Tensor leaf(const at::Tensor& values) {
    return values.detach().requires_grad_(true);
}

}  // namespace

FullWeights::FullWeights(std::shared_ptr<const LlamaWeights> weights, at::ScalarType dtype)
    : exact_(std::move(weights)),
      compute_(dtype == at::kFloat ? exact_ : mapped(*exact_, [&](const at::Tensor& t) { return t.to(dtype); })),
      embedding_(leaf(exact_->embedding.values)),
      norm_(leaf(exact_->norm)),
      head_(exact_->config.tied_head ? embedding_ : leaf(exact_->head.values)) {
    if (exact_->embedding.values.scalar_type() != at::kFloat)
        throw Error(
            cat("weights to be trained in full are ", exact_->embedding.values.scalar_type(), "; expected float32"));
    for (const LayerWeights& l : exact_->layers) {
        layers_.push_back({leaf(l.attention_norm), leaf(l.qkv.values), leaf(l.output.values), leaf(l.ffn_norm),
                           leaf(l.gate_up.values), leaf(l.down.values)});
    }
}

std::vector<at::Tensor> FullWeights::parameters() const {
    std::vector<at::Tensor> all{embedding_};
    for (const Layer& layer : layers_) {
        for (auto& tensor : layer.all()) all.push_back(std::move(tensor));
    }
    all.push_back(norm_);
    if (!exact_->config.tied_head) all.push_back(head_);
    return all;
}

void FullWeights::refresh() const {
    copy_all(tensors_of(*exact_), tensors_of(*compute_));
}

std::shared_ptr<const LlamaWeights> FullWeights::snapshot() const {
    return mapped(*compute_, [](const at::Tensor& t) { return t.clone(); });
}

void FullWeights::assign(const LlamaWeights& weights) const {
    const auto from = tensors_of(weights);
    const auto to = tensors_of(*exact_);
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (from.size() != to.size() || from[i].sizes() != to[i].sizes())
            throw Error("the weights to take over are of another model: their shapes differ");
    }
    copy_all(from, to);
    refresh();
}

}  // namespace anabranch::lm
