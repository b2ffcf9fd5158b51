#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/node.h>
#include <plugins/policy/nodes.h>

namespace anabranch::policy {
namespace {

class Evaluate final : public Node {
  public:
    static Spec spec() {
        return Spec("policy.evaluate",
                    "Log-probabilities and values of responses by a forward of their own, as the update does it: for "
                    "responses from elsewhere, or to take what differs between generation's rounding and training's "
                    "out of a rollout, as TRL does.")
            .input("in", "prompt_tokens: i64[B,~P], response_tokens: i64[B,~R]", "prompts and responses")
            .output("out", "*, logprobs: f32[B,~R], values: f32[B,~R]",
                    "what came in, with these two columns in the place of those it had")
            .reads("policy", "value_head", "the model to ask")
            .example("rollout: {type: policy.evaluate, in: answers, policy: policy}");
    }
    explicit Evaluate(const Parameters&) {}

    void process(Call& call) override {
        const Ragged& responses = call.in().ragged("response_tokens");
        const auto said = lm::evaluate_all(call.read<lm::LanguageModel>("policy"),
                                           lm::rows_of<std::int64_t>(call.in().ragged("prompt_tokens")),
                                           lm::rows_of<std::int64_t>(responses));
        const std::vector<std::int64_t> offsets(responses.offsets().begin(), responses.offsets().end());
        call.out().set("logprobs", Column(Ragged(lm::array_of(said.logprobs), offsets)));
        call.out().set("values", Column(Ragged(lm::array_of(said.values), offsets)));
    }
};

}  // namespace

void add_evaluate(Registry& registry) {
    registry.add<Evaluate>();
}

}  // namespace anabranch::policy
