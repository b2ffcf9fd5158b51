#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/saved_adapter.h>
#include <anabranch/lm/model/weight_source.h>
#include <anabranch/lm/tensor/tensor_file.h>

#include <algorithm>

namespace anabranch::lm {
namespace {

constexpr std::string_view prefix = "base_model.model.";
constexpr std::string_view a_end = ".lora_A.weight";
constexpr std::string_view b_end = ".lora_B.weight";

std::string weight_of(std::string_view name, std::string_view end) {
    name.remove_prefix(prefix.size());
    name.remove_suffix(end.size());
    return std::string(name) + ".weight";
}

class MergedWeights final : public WeightSource {
  public:
    MergedWeights(std::unique_ptr<const WeightSource> base, SavedAdapter adapter, const LlamaConfig& config)
        : base_(std::move(base)), adapter_(std::move(adapter)) {
        const auto tensors = tensors_of(config);
        for (const auto& [name, pair] : adapter_.pairs) {
            const auto target = std::ranges::find(tensors, name, &TensorSpec::name);
            if (target == tensors.end() || target->shape.size() != 2) {
                throw Error(cat(adapter_.directory.string(), ": the adapter changes '", name,
                                "', which its base has not; it belongs to another base"));
            }
            if (pair.b.size(0) != target->shape[0] || pair.a.size(1) != target->shape[1]) {
                throw Error(cat(adapter_.directory.string(), ": the adapter of '", name, "' makes a matrix ",
                                at::IntArrayRef({pair.b.size(0), pair.a.size(1)}), ", but the base has ",
                                at::IntArrayRef(target->shape), "; it belongs to another base"));
            }
        }
    }

    at::Tensor read(const TensorSpec& tensor) const override {
        at::Tensor values = base_->read(tensor);
        const auto found = adapter_.pairs.find(tensor.name);
        if (found == adapter_.pairs.end()) return values;
        return values.add_(at::mm(found->second.b, found->second.a), adapter_.config.scale());
    }

  private:
    std::unique_ptr<const WeightSource> base_;
    SavedAdapter adapter_;
};

/// One side of a pair, [rank, in] or [out, rank].
at::Tensor side(const SafetensorsFile& file, const std::string& name, std::int64_t rank_dimension, std::int64_t rank) {
    const at::Tensor values = load_tensor(file, name).to(at::kFloat);
    if (values.dim() != 2 || values.size(rank_dimension) != rank)
        throw Error(cat(file.name(), ": tensor '", name, "' has shape ", values.sizes(), ", expected a matrix of rank ",
                        rank, " as adapter_config.json says"));
    return values;
}

}  // namespace

bool is_adapter(const std::filesystem::path& directory) {
    return std::filesystem::exists(directory / "adapter_config.json");
}

SavedAdapter read_saved_adapter(const std::filesystem::path& directory) {
    SavedAdapter adapter{directory, read_adapter_config(directory), {}, {}};
    const auto base = Json::read_file(directory / "adapter_config.json").find("base_model_name_or_path");
    if (base && !base->is_null()) adapter.base = base->string();
    const SafetensorsFile file(directory / "adapter_model.safetensors");
    for (const auto& [name, stored] : file.tensors()) {
        if (name.starts_with(prefix) && name.ends_with(a_end)) {
            adapter.pairs[weight_of(name, a_end)].a = side(file, name, 0, adapter.config.rank);
        } else if (name.starts_with(prefix) && name.ends_with(b_end)) {
            adapter.pairs[weight_of(name, b_end)].b = side(file, name, 1, adapter.config.rank);
        } else if (name != adapter_score_name) {
            throw Error(cat(file.name(), ": tensor '", name,
                            "' is no pair of a LoRA and no score head; nothing else is merged"));
        }
    }
    for (const auto& [name, pair] : adapter.pairs) {
        if (!pair.a.defined() || !pair.b.defined())
            throw Error(cat(file.name(), ": the pair for '", name, "' has no lora_", pair.a.defined() ? "B" : "A"));
    }
    return adapter;
}

LinearHead score_head_of(const at::Tensor& weight, std::int64_t hidden, const std::string& source) {
    if (weight.sizes() != at::IntArrayRef({1, hidden}))
        throw Error(cat(source, ": the score head has shape ", weight.sizes(), ", expected ",
                        at::IntArrayRef({1, hidden}), ": one number from each hidden state"));
    LinearHead head = LinearHead::make(hidden, false, Random(0), weight.device());
    const at::NoGradGuard no_grad;
    head.weight.copy_(weight);
    return head;
}

std::optional<LinearHead> read_score_head(const std::filesystem::path& directory, std::int64_t hidden,
                                          at::Device device) {
    if (std::filesystem::exists(directory / score_head_file)) {
        LinearHead head = LinearHead::make(hidden, false, Random(0), device);
        load_head(directory / score_head_file, "score", head);
        return head;
    }
    const auto tensors = directory / "adapter_model.safetensors";
    if (!std::filesystem::exists(tensors)) return std::nullopt;
    const SafetensorsFile file(tensors);
    if (!file.has(adapter_score_name)) return std::nullopt;
    return score_head_of(load_tensor(file, adapter_score_name).to(device), hidden, file.name());
}

std::unique_ptr<const WeightSource> merged_weights(std::unique_ptr<const WeightSource> base,
                                                   const SavedAdapter& adapter, const LlamaConfig& config) {
    return std::make_unique<const MergedWeights>(std::move(base), adapter, config);
}

}  // namespace anabranch::lm
