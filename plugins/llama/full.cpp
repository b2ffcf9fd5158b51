#include <anabranch/lm/model/language_model.h>
#include <plugins/llama/checkpoint.h>
#include <plugins/llama/nodes.h>

namespace anabranch::llama {
namespace {

/// A LLaMA of which every weight is trained.
class Full final : public lm::LanguageModel {
  public:
    static ResourceSpec spec() {
        ResourceSpec spec(
            "llama.full",
            "A LLaMA of which all weights are trained. They are kept in float32 beside those that it "
            "computes with; with the optimiser it takes 16 bytes for each weight, 18 in bfloat16. What it "
            "stood for before training is a llama.base of the same checkpoint.");
        add_checkpoint_parameters(spec, true);
        return spec.offers("causal_lm")
            .offers("tokenizer")
            .offers("trained_lm")
            .refine([](const Parameters& p, ResourceSpec&) {
                if (p.get<std::string>("weights") == "int8")
                    throw Error(
                        "weights: int8 is for weights that are not trained, and llama.full trains all of them; "
                        "llama.policy trains an adapter on top of int8 weights");
            })
            .example("policy: {type: llama.full, checkpoint: models/model.gguf}");
    }
    Full(const Parameters& p, const ResourceContext& context) : LanguageModel(make(p, context)) {}

  private:
    static Parts make(const Parameters& p, const ResourceContext& context) {
        const lm::Compute compute = compute_of(p, context);
        lm::Compute exact = compute;
        exact.dtype = at::kFloat;
        Parts parts = load_checkpoint_as(p, exact);
        parts.full = std::make_shared<const lm::FullWeights>(std::move(parts.weights), compute.dtype);
        parts.weights = parts.full->compute();
        parts.compute = compute.why;
        return parts;
    }
};

}  // namespace

void add_full(Registry& registry) {
    registry.add<Full>();
}

}  // namespace anabranch::llama
