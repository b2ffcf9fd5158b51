#include <anabranch/lm/model/language_model.h>
#include <anabranch/lm/rl/ppo_trainer.h>
#include <anabranch/lm/rl/rollout.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/node.h>
#include <plugins/common/trainer.h>
#include <plugins/ppo/config.h>
#include <plugins/ppo/nodes.h>

namespace anabranch::ppo {
namespace {

class Update final : public Node {
  public:
    static Spec spec() {
        Spec spec("ppo.update",
                  "Trains the policy on a rollout by PPO, as TRL does: adapter and value head, the weights stay.");
        spec.input("rollout",
                   "prompt_tokens: i64[B,~P], response_tokens: i64[B,~R], logprobs: f32[B,~R], values: f32[B,~R]",
                   "what policy.generate or policy.evaluate gives")
            .input("scores", "score: f32[B]", "a score for each response")
            .input("kl", "ref_logprobs: f32[B,~R], kl: f32[B,~R]", "what policy.kl gives")
            .output("step", "kl_coef: f64[S]",
                    "one row when the step is done, for the feedback edge: the penalty's coefficient from now on")
            .writes("policy", "value_head", "the model to train")
            .parameter("dropout", false, "LoRA dropout while training; TRL has it off in PPO")
            .example(
                "update: {type: ppo.update, in: {rollout: rollout, scores: scores, kl: kl}, policy: policy, "
                "mini_batch_size: 8}");
        add_parameters(spec);
        return spec.refine([](const Parameters& p, Spec&) { static_cast<void>(config_of(p)); });
    }
    explicit Update(const Parameters& p) : config_(config_of(p)), dropout_(p.get<bool>("dropout")) {}

    void process(Call& call) override {
        auto& model = call.write<lm::LanguageModel>("policy");
        auto& trainer = trainer_.get(config_, model.parameters());
        const lm::Rollout rollout = rollout_of(call);
        const std::optional<Random> dropout = dropout_ ? std::optional(call.random().fork("dropout")) : std::nullopt;
        const auto statistics = trainer.step(lm::ppo_batch(rollout), lm::evaluate_rollout(model, rollout, dropout),
                                             call.random().fork("order"));
        for (const auto& [name, value] : statistics) call.metric(name, value);
        call.out("step").set("kl_coef", std::vector<double>{trainer.kl_coef()});
    }
    void save_state(State& state) const override { trainer_.save_state(state); }
    void load_state(const State& state) override { trainer_.load_state(state); }

  private:
    [[nodiscard]] static lm::Rollout rollout_of(const Call& call) {
        const auto flat = [](const Packet& packet, std::string_view column) {
            return lm::tensor_of(packet.ragged(column).flat());
        };
        const Packet& in = call.in("rollout");
        const Packet& kl = call.in("kl");
        return {lm::rows_of<std::int64_t>(in.ragged("prompt_tokens")),
                lm::rows_of<std::int64_t>(in.ragged("response_tokens")),
                flat(in, "logprobs"),
                flat(in, "values"),
                flat(kl, "ref_logprobs"),
                flat(kl, "kl"),
                lm::tensor_of(call.in("scores").array("score"))};
    }

    lm::PpoConfig config_;
    bool dropout_;
    NodeTrainer<lm::PpoTrainer> trainer_;
};

}  // namespace

void add_update(Registry& registry) {
    registry.add<Update>();
}

}  // namespace anabranch::ppo
