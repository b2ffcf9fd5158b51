#include <anabranch/lm/reward/reward_trainer.h>
#include <anabranch/node.h>
#include <plugins/common/trainer.h>
#include <plugins/common/training.h>
#include <plugins/reward/nodes.h>
#include <plugins/reward/pair_columns.h>

#include <optional>

namespace anabranch::reward {
namespace {

lm::RewardOptions options_of(const Parameters& p) {
    return {training_options(p), p.get<double>("center_rewards_coefficient"),
            p.get<std::int64_t>("gradient_accumulation_steps"), p.get<bool>("gradient_checkpointing")};
}

class Update final : public Node {
  public:
    static Spec spec() {
        Spec spec("reward.update",
                  "Trains a reward model on preference pairs: one step on each packet, of its adapter and of its score "
                  "head in full.");
        spec.input("in", pair_columns({}), "what text.pairs gives; tokens_j are those of the better answers")
            .may_side_input(
                "evaluation", "tokens_j: i64[E,~L], tokens_k: i64[E,~M]",
                "held-out pairs, for the metrics eval_loss, eval_accuracy (a tie counts as right, as in the "
                "original), eval_strict_accuracy, eval_longer_accuracy (of the rule that the longer answer "
                "is better) and others; see eval_steps")
            .output("step", "loss: f64[S]", "one row when the step is done: its mean loss; none behind max_steps")
            .writes("model", "score_head", "the model to train")
            .optional("margin", ParameterKind::text,
                      "a column f32 of how far apart the scores of each pair shall be at least; left out: 0")
            .parameter("center_rewards_coefficient", 0.0, "keeps scores around 0; TRL recommends 0.01, 0 is off",
                       at_least(0))
            .parameter("normalise", false,
                       "with an input `evaluation`: store the mean and deviation of its scores with the head at each "
                       "evaluation; who scores with the model then gets numbers of mean 0 and deviation 1")
            .example("update: {type: reward.update, in: pairs, model: judge, max_steps: 1000, lr: 2.0e-5}");
        add_training_parameters(spec, {2e-5, "linear", 0, 0.001});
        return spec.refine([](const Parameters& p, Spec& refined) {
            static_cast<void>(options_of(p));
            refined.input("in", pair_columns(p.find<std::string>("margin")));
            refine_training(p, refined);
        });
    }
    explicit Update(const Parameters& p)
        : options_(options_of(p)),
          evaluation_(p),
          margin_(p.find<std::string>("margin")),
          normalise_(p.get<bool>("normalise")) {}

    void process(Call& call) override {
        auto& model = call.write<lm::LanguageModel>("model");
        auto& trainer = trainer_.get(model, options_);
        train_on_packet(
            call, evaluation_,
            [&] { return trainer.step(model, pairs_of(call.in(), margin_), call.random().fork("dropout")); },
            [&] { evaluate(call, model); });
    }
    void save_state(State& state) const override { trainer_.save_state(state); }
    void load_state(const State& state) override { trainer_.load_state(state); }

  private:
    void evaluate(Call& call, lm::LanguageModel& model) const {
        if (!call.has_side("evaluation")) return;
        lm::PairEvaluator evaluator(options_.center_rewards_coefficient);
        for (const Packet& packet : call.side("evaluation")) evaluator.add(model, pairs_of(packet, {}));
        const auto found = evaluator.result();
        for (const auto& [name, value] : named(found)) call.metric(name, value);
        if (normalise_) model.set_score_normalisation(found.mean, found.deviation);
    }

    lm::RewardOptions options_;
    EvaluationSteps evaluation_;
    std::optional<std::string> margin_;
    bool normalise_;
    NodeTrainer<lm::RewardTrainer> trainer_;
};

}  // namespace

void add_update(Registry& registry) {
    registry.add<Update>();
}

}  // namespace anabranch::reward
