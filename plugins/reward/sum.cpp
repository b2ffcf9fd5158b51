#include <anabranch/node.h>
#include <plugins/reward/nodes.h>

#include <cmath>
#include <map>
#include <string>

namespace anabranch::reward {
namespace {

using Weights = std::map<std::string, double>;

class Sum final : public Node {
  public:
    static Spec spec() {
        return Spec("reward.sum",
                    "Adds several rewards, each with a weight. For every input NAME the metric env/reward_NAME_mean is "
                    "the mean of its scores, before the weight.")
            .any_number_of_inputs("score: f32[B]", "a reward; its name here is what `weights` and the metric call it")
            .output("out", "score: f32[B]", "the sum of weight times score")
            .parameter("weights", Weights{}, "weight of each input by its name; 1 for an input that is not named")
            .parallel()
            .example("reward: {type: reward.sum, in: {style: polite, length: brevity}, weights: {length: 0.5}}");
    }
    explicit Sum(const Parameters& p) : weights_(p.get<Weights>("weights")) {}

    void process(Call& call) override {
        const auto& inputs = call.inputs();
        for (const auto& [name, weight] : weights_) {
            if (!inputs.contains(name))
                throw Error(cat("weights names '", name, "', which is no input; the inputs are: ", names(call)));
        }
        const auto rows = inputs.begin()->second.rows();
        const auto sums = call.out().array<float>("score", static_cast<std::size_t>(rows));
        for (const auto& [name, packet] : inputs) {
            if (packet.rows() != rows) {
                throw Error(
                    cat("input '", name, "' has ", packet.rows(), " rows, input '", inputs.begin()->first, "' ", rows));
            }
            const auto found = weights_.find(name);
            const double mean =
                add(name, packet.values<float>("score"), found == weights_.end() ? 1.0 : found->second, sums);
            if (rows > 0) call.metric(cat("env/reward_", name, "_mean"), mean);
        }
    }

  private:
    /// The mean of the scores.
    static double add(const std::string& name, std::span<const float> scores, double weight, std::span<float> sums) {
        double total = 0;
        for (std::size_t row = 0; row < scores.size(); ++row) {
            if (!std::isfinite(scores[row])) {
                throw Error(
                    cat("input '", name, "', row ", row, ": the score is ", scores[row], ", expected a finite number"));
            }
            total += scores[row];
            sums[row] += static_cast<float>(weight * scores[row]);
        }
        return total / static_cast<double>(scores.size());
    }
    static std::string names(const Call& call) {
        std::string out;
        for (const auto& [name, packet] : call.inputs()) out += (out.empty() ? "" : ", ") + name;
        return out;
    }

    Weights weights_;
};

}  // namespace

void add_sum(Registry& registry) {
    registry.add<Sum>();
}

}  // namespace anabranch::reward
