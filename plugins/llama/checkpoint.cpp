#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <plugins/llama/checkpoint.h>

namespace anabranch::llama {

void add_checkpoint_parameters(ResourceSpec& spec, bool required) {
    const std::string help = "a GGUF file of a LLaMA: F32, F16, BF16, Q8_0, Q4_0 or Q4_1";
    if (required) {
        spec.required("checkpoint", ParameterKind::path, help);
    } else {
        spec.optional("checkpoint", ParameterKind::path, help);
    }
    spec.parameter("dtype", "auto", "the type to compute in; auto: bfloat16 where the host's products are faster in it",
                   one_of({"auto", "float32", "bfloat16"}));
    spec.parameter("device", "auto", "auto: the GPU when there is one", one_of({"auto", "cpu", "cuda"}));
}

lm::LanguageModel::Parts load_checkpoint(const Parameters& parameters, const ResourceContext& context) {
    const auto path = parameters.get<std::string>("checkpoint");
    const lm::Compute compute = context.for_export() ? lm::choose_compute("float32", "cpu")
                                                     : lm::choose_compute(parameters.get<std::string>("dtype"),
                                                                          parameters.get<std::string>("device"));
    const lm::GgufFile file(path);
    lm::LanguageModel::Parts parts{
        path, lm::weights_from_gguf(file, compute), lm::tokenizer_from_gguf(file), {}, {}, {}, compute.why};
    if (parts.tokenizer->vocabulary_size() > parts.weights->config.vocabulary) {
        throw Error(cat(path, ": the tokenizer has ", parts.tokenizer->vocabulary_size(),
                        " tokens, the embedding only ", parts.weights->config.vocabulary, " rows"));
    }
    return parts;
}

std::vector<lm::Module> parse_modules(const std::vector<std::string>& names) {
    std::vector<lm::Module> modules;
    for (const auto& name : names) {
        const auto module = lm::module_from_name(name);
        if (!module) {
            throw Error(cat("lora_targets: '", name,
                            "' is no linear module of a LLaMA; there are q_proj, k_proj, v_proj, o_proj, "
                            "gate_proj, up_proj and down_proj"));
        }
        if (std::ranges::find(modules, *module) != modules.end())
            throw Error(cat("lora_targets: '", name, "' stands twice"));
        modules.push_back(*module);
    }
    if (modules.empty()) throw Error("lora_targets is empty; name at least one module");
    return modules;
}

}  // namespace anabranch::llama
