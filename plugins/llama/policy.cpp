#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/language_model.h>
#include <plugins/llama/adapter.h>
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
        add_adapter_parameters(spec, {16, 32, 0.05, {lm::Module::q, lm::Module::v}});
        return spec.parameter("value_head", true, "a value head, as PPO needs it")
            .parameter(
                "value_head_init", "zero",
                "how a new value head starts; zero: the first advantages are the rewards themselves | uniform: as "
                "TRL, values of an untrained head",
                one_of({"zero", "uniform"}))
            .offers("causal_lm")
            .offers("tokenizer")
            .offers("trained_lm")
            .view("base", {"causal_lm", "tokenizer"})
            .refine([](const Parameters& p, ResourceSpec& refined) {
                static_cast<void>(adapter_config(p));
                if (p.get<bool>("value_head")) refined.offers("value_head");
            })
            .example("policy: {type: llama.policy, checkpoint: models/model.gguf, lora_rank: 16}");
    }
    Policy(const Parameters& p, const ResourceContext& context) : LanguageModel(make(p, context)) {}

  private:
    static Parts make(const Parameters& p, const ResourceContext& context) {
        const Random& random = context.random();
        Parts parts = load_checkpoint(p, context);
        add_adapter(parts, p, random);
        if (p.get<bool>("value_head")) {
            const at::Device device = parts.weights->embedding.device();
            const auto saved = p.find<std::string>("adapter");
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
