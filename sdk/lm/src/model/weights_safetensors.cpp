#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/safetensors_folder.h>
#include <anabranch/lm/model/weight_source.h>
#include <anabranch/lm/tensor/tensor_file.h>

#include <set>

namespace anabranch::lm {
namespace {

class SafetensorsWeights final : public WeightSource {
  public:
    SafetensorsWeights(std::shared_ptr<const SafetensorsFolder> folder, const LlamaConfig& config)
        : folder_(std::move(folder)) {
        std::set<std::string> known{"score.weight", "lm_head.weight"};  // a tied head may be written all the same
        for (const auto& tensor : tensors_of(config)) {
            static_cast<void>(folder_->file_of(tensor.name));  // missing: an Error
            known.insert(tensor.name);
        }
        for (const auto& name : folder_->names()) {
            if (known.contains(name) || name.ends_with(".rotary_emb.inv_freq")) continue;
            throw Error(cat(folder_->file_of(name).name(), ": tensor '", name, "' has no place in a LLaMA of ",
                            config.layers, " layers; it is another architecture"));
        }
    }

    at::Tensor read(const TensorSpec& wanted) const override {
        const SafetensorsFile& file = folder_->file_of(wanted.name);
        const SafetensorsTensor& stored = file.tensor(wanted.name);
        if (stored.dtype != "F32" && stored.dtype != "F16" && stored.dtype != "BF16")
            throw Error(cat(file.name(), ": tensor '", wanted.name, "' has dtype ", stored.dtype,
                            ", expected F32, F16 or BF16"));
        if (stored.shape != wanted.shape)
            throw Error(cat(file.name(), ": tensor '", wanted.name, "' has shape ", at::IntArrayRef(stored.shape),
                            ", expected ", at::IntArrayRef(wanted.shape), " by config.json"));
        at::Tensor values = load_tensor(file, wanted.name).to(at::kFloat);
        file.release(stored);
        return values;
    }

  private:
    std::shared_ptr<const SafetensorsFolder> folder_;
};

}  // namespace

std::unique_ptr<const WeightSource> safetensors_weights(std::shared_ptr<const SafetensorsFolder> folder,
                                                        const LlamaConfig& config) {
    return std::make_unique<const SafetensorsWeights>(std::move(folder), config);
}

}  // namespace anabranch::lm
