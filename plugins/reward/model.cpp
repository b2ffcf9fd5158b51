#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/lm/tokenizer/retokenise.h>
#include <anabranch/node.h>
#include <plugins/reward/nodes.h>

#include <algorithm>

namespace anabranch::reward {
namespace {

class Model final : public Node {
  public:
    static Spec spec() {
        return Spec("reward.model", "Scores a prompt with its response by a reward model, read at the last token.")
            .input("in", "prompt_tokens: i64[B,~P], response_tokens: i64[B,~R]", "the tokens as the policy wrote them")
            .output("out", "*, score: f32[B]", "what came in, and the scores")
            .reads("model", "score_head", "the reward model")
            .may_read("tokenizer", "tokenizer",
                      "what the tokens are of, a model or a text.tokenizer; for path: text, which needs it")
            .parameter(
                "path", "tokens",
                "tokens: the model reads the tokens as they are, so it must have the policy's vocabulary | text: "
                "it reads their text in tokens of its own tokenizer, as the published recipe does",
                one_of({"tokens", "text"}))
            .parameter("skip_special", true,
                       "for path: text: control tokens such as <|im_end|> are left out of the text; false: they are "
                       "spelt out in it")
            .refine(refine)
            .example("scores: {type: reward.model, in: rollout, model: judge}");
    }
    explicit Model(const Parameters& p)
        : text_(p.get<std::string>("path") == "text"), skip_special_(p.get<bool>("skip_special")) {}

    void process(Call& call) override {
        const auto& model = call.read<lm::LanguageModel>("model");
        auto sequences = lm::rows_of<std::int64_t>(call.in().ragged("prompt_tokens"));
        const auto responses = lm::rows_of<std::int64_t>(call.in().ragged("response_tokens"));
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            sequences[i].insert(sequences[i].end(), responses[i].begin(), responses[i].end());
            if (!text_) continue;
            const auto& from = call.read<lm::TokenizerSource>("tokenizer").tokenizer();
            sequences[i] =
                with_context([&] { return cat("row ", i); },
                             [&] { return retokenise(sequences[i], from, model.tokenizer(), skip_special_); });
        }
        call.out().set("score", Column(lm::array_of(lm::score_sequences(model, sequences))));
    }

  private:
    static void refine(const Parameters& p, Spec& spec) {
        const auto is_tokenizer = [](const ResourceUse& use) { return use.name == "tokenizer"; };
        if (p.get<std::string>("path") == "text") {
            std::ranges::find_if(spec.uses, is_tokenizer)->required = true;
        } else {
            std::erase_if(spec.uses, is_tokenizer);  // given all the same, it is told that nothing reads it
        }
    }

    bool text_;
    bool skip_special_;
};

}  // namespace

void add_model(Registry& registry) {
    registry.add<Model>();
}

}  // namespace anabranch::reward
