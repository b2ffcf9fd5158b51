#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/language_model.h>
#include <plugins/llama/checkpoint.h>
#include <plugins/llama/nodes.h>

namespace anabranch::llama {
namespace {

/// A frozen LLaMA with a LoRA adapter and, for PPO, a value head.
class Policy final : public lm::LanguageModel {
  public:
    static ResourceSpec spec() {
        ResourceSpec spec("llama.policy",
                          "A LLaMA with frozen weights, a LoRA adapter that is trained, and a value head for PPO.");
        add_checkpoint_parameters(spec, true);
        return spec.parameter("lora_rank", 16, "rank of the adapter", at_least(1))
            .parameter("lora_alpha", 32.0, "the adapter counts alpha / rank times", above(0))
            .parameter("lora_dropout", 0.05, "dropout of the adapter's input, where a node trains with dropout on",
                       between(0, 0.99))
            .parameter("lora_targets", std::vector<std::string>{"q_proj", "v_proj"},
                       "the linear modules that get an adapter")
            .optional("adapter", ParameterKind::path,
                      "start from this saved adapter (a directory in PEFT's format) instead of a new one; its rank, "
                      "alpha and "
                      "targets take the place of the lora_ parameters; its value head, if it has one, is taken too")
            .parameter("value_head", true, "a value head, as PPO needs it")
            .parameter(
                "value_head_init", "zero",
                "how a new value head starts; zero: the first advantages are the rewards themselves | uniform: as "
                "TRL, values of an untrained head",
                one_of({"zero", "uniform"}))
            .offers("causal_lm")
            .offers("tokenizer")
            .view("base", {"causal_lm", "tokenizer"})
            .refine([](const Parameters& p, ResourceSpec& refined) {
                static_cast<void>(parse_modules(p.get<std::vector<std::string>>("lora_targets")));
                if (p.get<bool>("value_head")) refined.offers("value_head");
            })
            .example("policy: {type: llama.policy, checkpoint: models/model.gguf, lora_rank: 16}");
    }
    Policy(const Parameters& p, const ResourceContext& context) : LanguageModel(make(p, context)) {}

  private:
    static Parts make(const Parameters& p, const ResourceContext& context) {
        const Random& random = context.random();
        Parts parts = load_checkpoint(p, context);
        const at::Device device = parts.weights->embedding.device();
        lm::LoraConfig config{p.get<std::int64_t>("lora_rank"), p.get<double>("lora_alpha"),
                              p.get<double>("lora_dropout"),
                              parse_modules(p.get<std::vector<std::string>>("lora_targets"))};
        const auto saved = p.find<std::string>("adapter");
        if (saved) config = lm::read_adapter_config(*saved);
        parts.lora.emplace(config, parts.weights->config, random.fork("lora"), device);
        if (saved) lm::load_adapter(*saved, *parts.lora);
        if (p.get<bool>("value_head")) {
            parts.value_head =
                lm::LinearHead::make(parts.weights->config.hidden, true, random.fork("value_head"), device);
            if (p.get<std::string>("value_head_init") == "zero") parts.value_head->zero();
            const auto head = std::filesystem::path(saved.value_or("")) / lm::value_head_file;
            if (saved && std::filesystem::exists(head)) lm::load_head(head, "v_head.summary", *parts.value_head);
        }
        return parts;
    }
};

}  // namespace

void add_policy(Registry& registry) {
    registry.add<Policy>();
}

}  // namespace anabranch::llama
