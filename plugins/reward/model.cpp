#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/node.h>
#include <plugins/reward/nodes.h>

namespace anabranch::reward {
namespace {

class Model final : public Node {
  public:
    static Spec spec() {
        return Spec("reward.model", "Scores a prompt with its response by a reward model, read at the last token.")
            .input("in", "prompt_tokens: i64[B,~P], response_tokens: i64[B,~R]",
                   "the tokens as the policy wrote them; not tokenised again")
            .output("out", "*, score: f32[B]", "what came in, and the scores")
            .reads("model", "score_head", "the reward model")
            .example("scores: {type: reward.model, in: rollout, model: judge}");
    }
    explicit Model(const Parameters&) {}

    void process(Call& call) override {
        auto sequences = lm::rows_of<std::int64_t>(call.in().ragged("prompt_tokens"));
        const auto responses = lm::rows_of<std::int64_t>(call.in().ragged("response_tokens"));
        for (std::size_t i = 0; i < sequences.size(); ++i)
            sequences[i].insert(sequences[i].end(), responses[i].begin(), responses[i].end());
        const at::Tensor scores = lm::score_sequences(call.read<lm::LanguageModel>("model"), sequences);
        call.out().set("score", Column(lm::array_of(scores)));
    }
};

}  // namespace

void add_model(Registry& registry) {
    registry.add<Model>();
}

}  // namespace anabranch::reward
