#include <anabranch/lm/model/adapter_file.h>
#include <plugins/llama/adapter.h>

#include <algorithm>

namespace anabranch::llama {
namespace {

/// Target modules by their names in transformers; an Error lists them.
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

}  // namespace

void add_adapter_parameters(ResourceSpec& spec, const lm::LoraConfig& defaults) {
    std::vector<std::string> targets;
    for (const lm::Module module : defaults.targets) targets.emplace_back(lm::name_of(module));
    spec.parameter("lora_rank", defaults.rank, "rank of the adapter", at_least(1))
        .parameter("lora_alpha", defaults.alpha, "the adapter counts alpha / rank times", above(0))
        .parameter("lora_dropout", defaults.dropout,
                   "dropout of the adapter's input, where a node trains with dropout on", between(0, 0.99))
        .parameter("lora_targets", targets, "the linear modules that get an adapter")
        .optional("adapter", ParameterKind::path,
                  "start from this saved adapter (a directory in PEFT's format) instead of a new one; its rank, alpha "
                  "and targets take the place of the lora_ parameters; its head, if it has one, is taken too");
}

lm::LoraConfig adapter_config(const Parameters& p) {
    return {p.get<std::int64_t>("lora_rank"), p.get<double>("lora_alpha"), p.get<double>("lora_dropout"),
            parse_modules(p.get<std::vector<std::string>>("lora_targets"))};
}

void add_adapter(lm::LanguageModel::Parts& parts, const Parameters& p, const Random& random) {
    const auto saved = p.find<std::string>("adapter");
    const lm::LoraConfig config = saved ? lm::read_adapter_config(*saved) : adapter_config(p);
    parts.lora.emplace(config, parts.weights->config, random.fork("lora"), parts.weights->embedding.device());
    if (saved) lm::load_adapter(*saved, *parts.lora);
}

}  // namespace anabranch::llama
