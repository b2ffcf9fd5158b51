#include <anabranch/lm/tokenizer/open_tokenizer.h>
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
            .required(
                "path", ParameterKind::path,
                "a GGUF file, a Hugging Face folder, or its tokenizer.json or tokenizer.model; relative to the graph's "
                "folder")
            .example("tokens: {type: text.tokenizer, path: models/SmolLM2-135M-Instruct.Q4_1.gguf}");
    }
    TokenizerFile(const Parameters& p, const ResourceContext&)
        : tokenizer_(lm::open_tokenizer(p.get<std::string>("path"))) {}

    [[nodiscard]] const lm::Tokenizer& tokenizer() const override { return *tokenizer_; }

  private:
    std::unique_ptr<const lm::Tokenizer> tokenizer_;
};

}  // namespace

void add_tokenizer(Registry& registry) {
    registry.add<TokenizerFile>();
}

}  // namespace anabranch::text
