#include <anabranch/lm/sft/sft_trainer.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/node.h>
#include <plugins/common/trainer.h>
#include <plugins/common/training.h>
#include <plugins/sft/nodes.h>

#include <optional>

namespace anabranch::sft {
namespace {

lm::SftOptions options_of(const Parameters& p) {
    return {training_options(p), p.get<std::int64_t>("gradient_accumulation_steps"),
            p.get<bool>("gradient_checkpointing")};
}

lm::SftEvaluation evaluated(const lm::LanguageModel& model, std::span<const Packet> packets) {
    lm::SftEvaluation total;
    for (const Packet& packet : packets) {
        total += lm::evaluate_sft(model, lm::rows_of<std::int64_t>(packet.ragged("input_ids")),
                                  lm::rows_of<std::int64_t>(packet.ragged("labels")));
    }
    return total;
}

class Update final : public Node {
  public:
    static Spec spec() {
        Spec spec("sft.update",
                  "Supervised fine-tuning: one step of next-token prediction on each packet, of the adapter of a "
                  "llama.policy or of all weights of a llama.full.");
        spec.input("in", "input_ids: i64[B,~T], labels: i64[B,~T]",
                   "what text.pack or text.best_fit gives; a label of -100 does not count")
            .may_side_input("evaluation", "input_ids: i64[E,~U], labels: i64[E,~U]",
                            "held-out rows, for the metrics eval_loss and perplexity; see eval_steps")
            .output("step", "loss: f64[S]", "one row when the step is done: its mean loss; none behind max_steps")
            .writes("model", "trained_lm", "the model to train")
            .example("update: {type: sft.update, in: pieces, model: policy, max_steps: 1000, lr: 1.0e-4}");
        add_training_parameters(spec, {1e-4, "cosine", 100, 0.05});
        return spec.refine([](const Parameters& p, Spec& refined) {
            static_cast<void>(options_of(p));
            refine_training(p, refined);
        });
    }
    explicit Update(const Parameters& p) : options_(options_of(p)), evaluation_(p) {}

    void process(Call& call) override {
        auto& model = call.write<lm::LanguageModel>("model");
        auto& trainer = trainer_.get(model, options_);
        train_on_packet(
            call, evaluation_,
            [&] {
                return trainer.step(model, lm::rows_of<std::int64_t>(call.in().ragged("input_ids")),
                                    lm::rows_of<std::int64_t>(call.in().ragged("labels")),
                                    call.random().fork("dropout"));
            },
            [&] { evaluate(call, model); });
    }
    void save_state(State& state) const override { trainer_.save_state(state); }
    void load_state(const State& state) override { trainer_.load_state(state); }

  private:
    static void evaluate(Call& call, const lm::LanguageModel& model) {
        if (!call.has_side("evaluation")) return;
        const auto found = evaluated(model, call.side("evaluation"));
        call.metric("eval_loss", found.loss);
        call.metric("perplexity", found.perplexity());
    }

    lm::SftOptions options_;
    EvaluationSteps evaluation_;
    NodeTrainer<lm::SftTrainer> trainer_;
};

}  // namespace

void add_update(Registry& registry) {
    registry.add<Update>();
}

}  // namespace anabranch::sft
