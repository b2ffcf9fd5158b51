#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/export/export_model.h>

namespace anabranch::lm {
namespace {

at::ScalarType dtype_of(const std::string& name) {
    if (name == "float32") return at::kFloat;
    if (name == "float16") return at::kHalf;
    if (name == "bfloat16") return at::kBFloat16;
    throw Error(cat("weights are written as float32, float16 or bfloat16, not '", name, "'"));
}

}  // namespace

void LanguageModel::export_to(const std::filesystem::path& target, const ExportOptions& options) const {
    if (parts_.full) return exact().export_to(target, options);
    const at::ScalarType dtype = dtype_of(options.dtype);
    if (options.format == "gguf") return export_gguf(*this, target, options.name, dtype);
    if (options.format != "hf")
        throw Error(cat("a language model is exported as hf or gguf, not '", options.format, "'"));
    if (options.merge || lora() == nullptr) return export_huggingface(*this, target, dtype);
    if (dtype != at::kFloat) throw Error("an adapter is exported in float32, as it was trained; or merge it");
    export_adapter(*this, target);
}

}  // namespace anabranch::lm
