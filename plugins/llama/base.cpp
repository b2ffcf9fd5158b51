#include <anabranch/lm/model/language_model.h>
#include <plugins/llama/checkpoint.h>
#include <plugins/llama/nodes.h>

namespace anabranch::llama {
namespace {

/// The weights alone.
class Base final : public lm::LanguageModel {
  public:
    static ResourceSpec spec() {
        ResourceSpec spec("llama.base", "A LLaMA as it is: nothing in it is trained.");
        add_checkpoint_parameters(spec, true);
        return spec.offers("causal_lm")
            .offers("tokenizer")
            .example("reference: {type: llama.base, checkpoint: models/model.gguf}");
    }
    Base(const Parameters& p, const ResourceContext& context) : LanguageModel(load_checkpoint(p, context)) {}
};

}  // namespace

void add_base(Registry& registry) {
    registry.add<Base>();
}

}  // namespace anabranch::llama
