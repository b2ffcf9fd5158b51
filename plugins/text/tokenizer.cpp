#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/node.h>
#include <plugins/text/nodes.h>

#include <memory>
#include <string>

namespace anabranch::text {
namespace {

class TokenizerFile final : public Resource, public lm::TokenizerSource {
  public:
    static ResourceSpec spec() {
        return ResourceSpec("text.tokenizer", "The tokenizer of a model file, without the model.")
            .offers("tokenizer")
            .required("path", ParameterKind::path, "a GGUF file; relative to the graph's folder")
            .example("tokens: {type: text.tokenizer, path: models/SmolLM2-135M-Instruct.Q4_1.gguf}");
    }
    TokenizerFile(const Parameters& p, const ResourceContext&)
        : tokenizer_(lm::tokenizer_from_gguf(lm::GgufFile(p.get<std::string>("path")))) {}

    [[nodiscard]] const lm::Tokenizer& tokenizer() const override { return *tokenizer_; }

  private:
    std::unique_ptr<const lm::Tokenizer> tokenizer_;
};

}  // namespace

void add_tokenizer(Registry& registry) {
    registry.add<TokenizerFile>();
}

}  // namespace anabranch::text
