#include <anabranch/lm/tensor/tensor_state.h>
#include <anabranch/node.h>
#include <plugins/reward/nodes.h>
#include <plugins/reward/pair_columns.h>

namespace anabranch::reward {
namespace {

class Evaluate final : public Node {
  public:
    static Spec spec() {
        Spec spec("reward.evaluate", "How well a reward model orders the preference pairs of a whole stream.");
        std::string columns;
        for (const auto& [name, value] : named({})) columns += cat(columns.empty() ? "" : ", ", name, ": f64[S]");
        return spec.input("in", pair_columns({}), "what text.pairs gives; tokens_j are those of the better answers")
            .output("out", columns + ", pairs: i64[S]", "one row at the end of the stream")
            .regroups()
            .reads("model", "score_head", "the model to evaluate")
            .example("held_out: {type: reward.evaluate, in: pairs, model: judge}");
    }
    explicit Evaluate(const Parameters&) {}

    void process(Call& call) override {
        evaluator_.add(call.read<lm::LanguageModel>("model"), pairs_of(call.in(), {}));
        for (const auto& [name, value] : named(evaluator_.result())) call.metric(name, value);
    }
    void flush(Call& call) override {
        if (evaluator_.count() == 0) return;
        auto& out = call.emit();
        for (const auto& [name, value] : named(evaluator_.result())) out.set(name, std::vector<double>{value});
        out.set("pairs", std::vector<std::int64_t>{evaluator_.count()});
    }
    void save_state(State& state) const override { lm::save_tensors(state, evaluator_.state()); }
    void load_state(const State& state) override { evaluator_.restore(lm::load_tensors(state)); }

  private:
    lm::PairEvaluator evaluator_;
};

}  // namespace

void add_evaluate(Registry& registry) {
    registry.add<Evaluate>();
}

}  // namespace anabranch::reward
