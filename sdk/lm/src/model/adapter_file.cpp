#include <ATen/ATen.h>
#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/tensor/tensor_file.h>

namespace anabranch::lm {
namespace {

constexpr std::string_view config_file = "adapter_config.json";
constexpr std::string_view tensors_file = "adapter_model.safetensors";

NamedTensors named(const Lora& lora) {
    NamedTensors tensors;
    const auto names = lora.parameter_names();
    const auto parameters = lora.parameters();
    for (std::size_t i = 0; i < names.size(); ++i) tensors.emplace_back(names[i], parameters[i]);
    return tensors;
}

NamedTensors named(const LinearHead& head, const std::string& name) {
    NamedTensors tensors{{name + ".weight", head.weight}};
    if (head.bias.defined()) tensors.emplace_back(name + ".bias", head.bias);
    return tensors;
}

void refuse_other_kinds(const Json& config) {
    if (const auto& kind = config.at("peft_type").string(); kind != "LORA")
        config.at("peft_type").fail("is '" + kind + "'; expected 'LORA'");
    if (const auto bias = config.find("bias"); bias && bias->string() != "none")
        bias->fail("is '" + bias->string() + "'; expected 'none'");
    for (const char* option : {"use_rslora", "use_dora", "fan_in_fan_out"}) {
        if (const auto value = config.find(option); value && value->boolean())
            value->fail("is true, which is not supported");
    }
}

}  // namespace

void save_adapter(const std::filesystem::path& directory, const Lora& lora, const std::string& base) {
    const LoraConfig& config = lora.config();
    std::string targets;
    for (const Module module : config.targets) targets += cat(targets.empty() ? "" : ", ", json_quote(name_of(module)));
    save_tensors(directory / tensors_file, named(lora), {{"format", "pt"}});
    AtomicFile file(directory / config_file);
    file.write(cat("{\n  \"peft_type\": \"LORA\",\n  \"task_type\": \"CAUSAL_LM\",\n  \"base_model_name_or_path\": ",
                   json_quote(base), ",\n  \"r\": ", config.rank, ",\n  \"lora_alpha\": ", json_number(config.alpha),
                   ",\n  \"lora_dropout\": ", json_number(config.dropout), ",\n  \"target_modules\": [", targets,
                   "],\n  \"bias\": \"none\",\n  \"fan_in_fan_out\": false,\n  \"inference_mode\": true\n}\n"));
    file.commit();
}

LoraConfig read_adapter_config(const std::filesystem::path& directory) {
    const Json json = Json::read_file(directory / config_file);
    refuse_other_kinds(json);
    LoraConfig config{json.at("r").integer(), json.at("lora_alpha").number(), 0, {}};
    if (config.rank < 1) json.at("r").fail("is below 1");
    if (const auto dropout = json.find("lora_dropout")) config.dropout = dropout->number();
    const Json targets = json.at("target_modules");
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto module = module_from_name(targets.at(i).string());
        if (!module)
            targets.at(i).fail("is '" + targets.at(i).string() +
                               "'; a LLaMA has q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj");
        config.targets.push_back(*module);
    }
    return config;
}

void load_adapter(const std::filesystem::path& directory, Lora& lora) {
    load_tensors(directory / tensors_file, named(lora));
}

void save_head(const std::filesystem::path& file, const std::string& name, const LinearHead& head) {
    save_tensors(file, named(head, name), {{"format", "pt"}});
}

void load_head(const std::filesystem::path& file, const std::string& name, LinearHead& head) {
    load_tensors(file, named(head, name));
}

}  // namespace anabranch::lm
