#include <anabranch/lm/sft/sft.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/node.h>
#include <plugins/sft/nodes.h>

namespace anabranch::sft {
namespace {

class Evaluate final : public Node {
  public:
    static Spec spec() {
        return Spec("sft.evaluate", "The mean loss and the perplexity of a model over a whole stream of texts.")
            .input("in", "input_ids: i64[B,~T], labels: i64[B,~T]",
                   "what text.pack or text.best_fit gives; a label of -100 does not count")
            .output("out", "eval_loss: f64[S], perplexity: f64[S], tokens: i64[S]", "one row at the end of the stream")
            .regroups()
            .reads("model", "causal_lm", "the model to evaluate")
            .example("held_out: {type: sft.evaluate, in: pieces, model: policy}");
    }
    explicit Evaluate(const Parameters&) {}

    void process(Call& call) override {
        total_ += lm::evaluate_sft(call.read<lm::LanguageModel>("model"),
                                   lm::rows_of<std::int64_t>(call.in().ragged("input_ids")),
                                   lm::rows_of<std::int64_t>(call.in().ragged("labels")));
        call.metric("eval_loss", total_.loss);
        call.metric("perplexity", total_.perplexity());
    }
    void flush(Call& call) override {
        if (total_.tokens == 0) return;
        auto& out = call.emit();
        out.set("eval_loss", std::vector<double>{total_.loss});
        out.set("perplexity", std::vector<double>{total_.perplexity()});
        out.set("tokens", std::vector<std::int64_t>{total_.tokens});
    }
    void save_state(State& state) const override {
        state.set("loss", total_.loss);
        state.set("tokens", total_.tokens);
    }
    void load_state(const State& state) override {
        total_ = {.loss = state.number("loss"), .tokens = state.integer("tokens")};
    }

  private:
    lm::SftEvaluation total_;  // of the packets so far
};

}  // namespace

void add_evaluate(Registry& registry) {
    registry.add<Evaluate>();
}

}  // namespace anabranch::sft
