#include <anabranch/lm/model/checkpoint.h>
#include <plugins/llama/checkpoint.h>

namespace anabranch::llama {
namespace {

lm::Checkpoint open(const Parameters& parameters, const lm::Compute& compute) {
    const auto base = parameters.find<std::string>("base_checkpoint");
    return lm::open_checkpoint(parameters.get<std::string>("checkpoint"), compute,
                               base ? std::optional<std::filesystem::path>(*base) : std::nullopt);
}

lm::LanguageModel::Parts parts_of(lm::Checkpoint opened, const lm::Compute& compute) {
    return {opened.path, opened.weights, opened.tokenizer, {}, {}, std::move(opened.score_head), compute.why};
}

}  // namespace

void add_checkpoint_parameters(ResourceSpec& spec, bool required) {
    const std::string help =
        "a LLaMA: a GGUF file (F32, F16, BF16, Q8_0, Q4_0 or Q4_1), a Hugging Face folder, or the directory of an "
        "adapter (PEFT's, or what a run saved), which is merged into its base";
    if (required) {
        spec.required("checkpoint", ParameterKind::path, help);
    } else {
        spec.optional("checkpoint", ParameterKind::path, help);
    }
    spec.optional("base_checkpoint", ParameterKind::path,
                  "the base of an adapter's directory given as `checkpoint`, when its adapter_config.json names none "
                  "that is here (PEFT writes a hub's name)");
    spec.parameter("dtype", "auto", "the type to compute in; auto: bfloat16 where the host's products are faster in it",
                   one_of({"auto", "float32", "bfloat16"}));
    spec.parameter(
        "weights", "full",
        "how the weights that are not trained are kept; full: in the type that is computed in | int8: with a "
        "scale for each row, a quarter of the memory of float32",
        one_of({"full", "int8"}));
    spec.parameter("device", "auto", "auto: the GPU when there is one", one_of({"auto", "cpu", "cuda"}));
}

lm::Compute compute_of(const Parameters& parameters, const ResourceContext& context) {
    if (context.for_export()) return lm::choose_compute("float32", "cpu");
    lm::Compute compute =
        lm::choose_compute(parameters.get<std::string>("dtype"), parameters.get<std::string>("device"));
    compute.int8_weights = parameters.get<std::string>("weights") == "int8";
    return compute;
}

lm::LanguageModel::Parts load_checkpoint(const Parameters& parameters, const ResourceContext& context) {
    return load_checkpoint_as(parameters, compute_of(parameters, context));
}

lm::LanguageModel::Parts load_checkpoint_as(const Parameters& parameters, const lm::Compute& compute) {
    lm::Checkpoint opened = open(parameters, compute);
    if (!opened.language_model) {
        throw Error(cat(opened.path,
                        ": is a sequence classifier, whose language-model head is gone; only llama.reward takes it"));
    }
    opened.score_head.reset();
    return parts_of(std::move(opened), compute);
}

lm::LanguageModel::Parts load_reward_checkpoint(const Parameters& parameters, const ResourceContext& context) {
    const lm::Compute compute = compute_of(parameters, context);
    return parts_of(open(parameters, compute), compute);
}

}  // namespace anabranch::llama
