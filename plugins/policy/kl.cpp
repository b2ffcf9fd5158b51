#include <anabranch/lm/model/responses.h>
#include <anabranch/lm/rl/kl.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/node.h>
#include <plugins/policy/nodes.h>

namespace anabranch::policy {
namespace {

class Kl final : public Node {
  public:
    static Spec spec() {
        return Spec("policy.kl", "How far the policy is from the reference at each token of a response.")
            .input("in", "prompt_tokens: i64[B,~P], response_tokens: i64[B,~R], logprobs: f32[B,~R]",
                   "prompts and responses")
            .output("out", "*, ref_logprobs: f32[B,~R], kl: f32[B,~R]",
                    "what came in; the reference's log-probabilities of the response's tokens; the penalty, before its "
                    "coefficient")
            .reads("reference", "causal_lm", "the model to stay near: policy.base is the policy with its adapter off")
            .may_read("policy", "causal_lm", "the policy; needed for kl_penalty: full")
            .parameter("kl_penalty", "kl",
                       "kl: lp - ref | abs: |lp - ref| | mse: (lp - ref)^2 / 2 | full: sum over the vocabulary of p "
                       "(lp - ref)",
                       one_of({"kl", "abs", "mse", "full"}))
            .refine([](const Parameters& p, Spec& refined) {
                if (p.get<std::string>("kl_penalty") == "full") refined.uses.back().required = true;
            })
            .example("kl: {type: policy.kl, in: rollout, reference: policy.base}");
    }
    explicit Kl(const Parameters& p) : kind_(lm::kl_kind_named(p.get<std::string>("kl_penalty"))) {}

    void process(Call& call) override {
        const auto& reference = call.read<lm::LanguageModel>("reference");
        const auto prompts = lm::rows_of<std::int64_t>(call.in().ragged("prompt_tokens"));
        const auto responses = lm::rows_of<std::int64_t>(call.in().ragged("response_tokens"));
        const Ragged& logprobs = call.in().ragged("logprobs");
        const at::Tensor ref_logprobs = lm::response_logprobs(reference, prompts, responses);
        const at::Tensor kl =
            kind_ == lm::KlKind::full
                ? lm::response_full_kl(call.read<lm::LanguageModel>("policy"), reference, prompts, responses)
                : lm::kl_penalty(kind_, lm::tensor_of(logprobs.flat()), ref_logprobs);
        const std::vector<std::int64_t> offsets(logprobs.offsets().begin(), logprobs.offsets().end());
        call.out().set("ref_logprobs", Column(Ragged(lm::array_of(ref_logprobs), offsets)));
        call.out().set("kl", Column(Ragged(lm::array_of(kl), offsets)));
    }

  private:
    lm::KlKind kind_;
};

}  // namespace

void add_kl(Registry& registry) {
    registry.add<Kl>();
}

}  // namespace anabranch::policy
