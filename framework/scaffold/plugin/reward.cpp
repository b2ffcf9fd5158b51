#include <anabranch/node.h>

#include <cmath>

namespace {

class Reward final : public anabranch::Node {
  public:
    static anabranch::Spec spec() {
        return anabranch::Spec("@NAME@.reward", "Rewards an answer for being close to a number of characters.")
            .input("in", "response: str[B]", "the answers")
            .output("out", "*, score: f32[B]", "what came in, and -|length - target| / target")
            .parameter("characters", 80.0, "the length aimed at", anabranch::above(0))
            .parallel()
            .example("reward: {type: @NAME@.reward, in: rollout, characters: 60}");
    }
    explicit Reward(const anabranch::Parameters& p) : target_(p.get<float>("characters")) {}
    void process(anabranch::Call& call) override {
        const auto& responses = call.in().strings("response");
        const auto scores = call.out().array<float>("score", responses.size());
        for (std::size_t i = 0; i < responses.size(); ++i)
            scores[i] = -std::abs(static_cast<float>(responses[i].size()) - target_) / target_;
    }

  private:
    float target_;
};

}  // namespace

ANABRANCH_PLUGIN(Reward)
