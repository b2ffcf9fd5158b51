#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/language_model.h>
#include <anabranch/lm/model/saved_adapter.h>
#include <plugins/llama/adapter.h>
#include <plugins/llama/checkpoint.h>
#include <plugins/llama/nodes.h>

namespace anabranch::llama {
namespace {

/// A reward model: a LLaMA, perhaps one that is loaded already, with its own adapter and a score head.
class Reward final : public lm::LanguageModel {
  public:
    static ResourceSpec spec() {
        ResourceSpec spec(
            "llama.reward",
            "A reward model: a LLaMA with a score head and an adapter of its own. Without `adapter` and `head` both "
            "are new, to be trained by reward.update, unless `checkpoint` is a reward model itself.");
        add_checkpoint_parameters(spec, false);
        add_adapter_parameters(spec, {8, 32, 0.1, {lm::Module::q, lm::Module::v}});
        return spec.may_read("base", "causal_lm", "share the weights of this model instead of loading a checkpoint")
            .optional(
                "head", ParameterKind::path,
                "the score head, a safetensors file with score.weight; that of `adapter` or `checkpoint` when not "
                "given. A head without `adapter` is that of a model without one")
            .offers("causal_lm")
            .offers("tokenizer")
            .offers("score_head")
            .refine([](const Parameters& p, ResourceSpec&) { static_cast<void>(adapter_config(p)); })
            .example("judge: {type: llama.reward, base: policy, adapter: models/reward}");
    }
    Reward(const Parameters& p, const ResourceContext& context) : LanguageModel(make(p, context)) {}

  private:
    static Parts make(const Parameters& p, const ResourceContext& context) {
        Parts parts = weights(p, context);
        const at::Device device = parts.weights->embedding.device();
        const std::int64_t hidden = parts.weights->config.hidden;
        const auto adapter = p.find<std::string>("adapter");
        const auto head = p.find<std::string>("head");
        // A checkpoint that is a reward model already has its adapter merged.
        if (adapter || (!head && !parts.score_head)) add_adapter(parts, p, context.random());
        if (head) {
            parts.score_head = lm::LinearHead::make(hidden, false, Random(0), device);
            lm::load_head(*head, "score", *parts.score_head);
        } else if (adapter) {
            parts.score_head = lm::read_score_head(*adapter, hidden, device);
            if (!parts.score_head)
                throw Error(cat(*adapter,
                                ": has no score_head.safetensors, and its adapter no score head; name a file that has "
                                "one as 'head'"));
        } else if (!parts.score_head) {
            parts.score_head = lm::LinearHead::make(hidden, false, context.random().fork("score"), device);
        }
        return parts;
    }
    static Parts weights(const Parameters& p, const ResourceContext& context) {
        if (context.has("base") == p.has("checkpoint"))
            throw Error("give either 'base' or 'checkpoint', not both and not neither");
        if (!context.has("base")) return load_reward_checkpoint(p, context);
        const auto base = context.get<LanguageModel>("base");
        return {base->parts().checkpoint, base->weights(), base->parts().tokenizer, {}, {}, {}, base->parts().compute};
    }
};

}  // namespace

void add_reward(Registry& registry) {
    registry.add<Reward>();
}

}  // namespace anabranch::llama
