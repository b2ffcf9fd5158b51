#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/language_model.h>
#include <plugins/llama/checkpoint.h>
#include <plugins/llama/nodes.h>

namespace anabranch::llama {
namespace {

/// A reward model: a LLaMA, perhaps one that is loaded already, with its own adapter and a score head.
class Reward final : public lm::LanguageModel {
  public:
    static ResourceSpec spec() {
        ResourceSpec spec("llama.reward",
                          "A reward model: a LLaMA with a score head, and an adapter of its own if it has one.");
        add_checkpoint_parameters(spec, false);
        return spec.may_read("base", "causal_lm", "share the weights of this model instead of loading a checkpoint")
            .optional("adapter", ParameterKind::path, "the directory of a saved adapter in PEFT's format")
            .optional("head", ParameterKind::path,
                      "the score head, a safetensors file with score.weight; score_head.safetensors in `adapter` when "
                      "not given")
            .offers("causal_lm")
            .offers("tokenizer")
            .offers("score_head")
            .refine([](const Parameters& p, ResourceSpec&) {
                if (!p.has("adapter") && !p.has("head"))
                    throw Error("a reward model needs a score head: give 'adapter' or 'head'");
            })
            .example("judge: {type: llama.reward, base: policy, adapter: models/reward}");
    }
    Reward(const Parameters& p, const ResourceContext& context) : LanguageModel(make(p, context)) {}

  private:
    static Parts make(const Parameters& p, const ResourceContext& context) {
        Parts parts = weights(p, context);
        const at::Device device = parts.weights->embedding.device();
        const auto adapter = p.find<std::string>("adapter");
        if (adapter) {
            parts.lora.emplace(lm::read_adapter_config(*adapter), parts.weights->config, Random(0), device);
            lm::load_adapter(*adapter, *parts.lora);
        }
        parts.score_head = lm::LinearHead::make(parts.weights->config.hidden, false, Random(0), device);
        const auto head = p.find<std::string>("head");
        lm::load_head(head ? std::filesystem::path(*head) : std::filesystem::path(*adapter) / lm::score_head_file,
                      "score", *parts.score_head);
        return parts;
    }
    static Parts weights(const Parameters& p, const ResourceContext& context) {
        if (context.has("base") == p.has("checkpoint"))
            throw Error("give either 'base' or 'checkpoint', not both and not neither");
        if (!context.has("base")) return load_checkpoint(p, context);
        const auto base = context.get<LanguageModel>("base");
        return {base->parts().checkpoint, base->weights(), base->parts().tokenizer, {}, {}, {}, base->parts().compute};
    }
};

}  // namespace

void add_reward(Registry& registry) {
    registry.add<Reward>();
}

}  // namespace anabranch::llama
