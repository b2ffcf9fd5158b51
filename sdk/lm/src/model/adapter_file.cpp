#include <ATen/ATen.h>
#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/tensor/tensor_file.h>

#include <charconv>

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

std::pair<double, double> normalisation_of(const SafetensorsFile& file, const std::string& name) {
    const auto number = [&](const std::string& key, double otherwise) {
        const auto found = file.metadata().find(key);
        if (found == file.metadata().end()) return otherwise;
        double value = 0;
        const char* const end = found->second.data() + found->second.size();
        if (const auto read = std::from_chars(found->second.data(), end, value);
            read.ec != std::errc() || read.ptr != end)
            throw Error(cat(file.name(), ": metadata ", key, " is '", found->second, "'; expected a number"));
        return value;
    };
    return {number(name + ".mean", 0), number(name + ".std", 1)};
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
    for (const char* pattern : {"rank_pattern", "alpha_pattern"}) {
        if (const auto value = config.find(pattern); value && !value->is_null() && value->size() != 0)
            value->fail("is not empty, which is not supported: one rank and one alpha for all modules");
    }
}

}  // namespace

void save_adapter(const std::filesystem::path& directory, const Lora& lora, const std::string& base,
                  const LinearHead* score) {
    const LoraConfig& config = lora.config();
    std::string targets;
    for (const Module module : config.targets) targets += cat(targets.empty() ? "" : ", ", json_quote(name_of(module)));
    NamedTensors tensors = named(lora);
    if (score != nullptr) tensors.emplace_back(adapter_score_name, score->weight);
    save_tensors(directory / tensors_file, tensors, {{"format", "pt"}});
    AtomicFile file(directory / config_file);
    file.write(cat("{\n  \"peft_type\": \"LORA\",\n  \"task_type\": ",
                   score != nullptr ? "\"SEQ_CLS\",\n  \"modules_to_save\": [\"score\"]" : "\"CAUSAL_LM\"",
                   ",\n  \"base_model_name_or_path\": ", json_quote(base), ",\n  \"r\": ", config.rank,
                   ",\n  \"lora_alpha\": ", json_number(config.alpha),
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
    NamedTensors tensors = named(lora);
    const SafetensorsFile file(directory / tensors_file);
    if (file.has(adapter_score_name))
        tensors.emplace_back(adapter_score_name, load_tensor(file, adapter_score_name));  // belongs to the head
    load_tensors(directory / tensors_file, tensors);
}

void save_head(const std::filesystem::path& file, const std::string& name, const LinearHead& head) {
    std::map<std::string, std::string> metadata{{"format", "pt"}};
    if (head.mean != 0 || head.deviation != 1) {
        metadata[name + ".mean"] = json_number(head.mean);
        metadata[name + ".std"] = json_number(head.deviation);
    }
    save_tensors(file, named(head, name), metadata);
}

void load_head(const std::filesystem::path& file, const std::string& name, LinearHead& head) {
    const auto [mean, deviation] = normalisation_of(SafetensorsFile(file), name);
    load_tensors(file, named(head, name));
    with_context([&] { return file.string(); }, [&] { head.set_normalisation(mean, deviation); });
}

}  // namespace anabranch::lm
