#include <anabranch/lm/text/utf8.h>
#include <anabranch/lm/text/words.h>
#include <anabranch/node.h>
#include <plugins/reward/nodes.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace anabranch::reward {
namespace {

class Length final : public Node {
  public:
    static Spec spec() {
        return Spec("reward.length", "Rewards a text for being close to a length: 0 at it, -1 when off by all of it.")
            .input("in", "response: str[B]", "the texts, one a row")
            .output("out", "*, score: f32[B]", "what came in, and -|length - target| / target")
            .optional("words", ParameterKind::integer, "the length aimed at, in words; 80 when neither is given",
                      at_least(1))
            .optional("characters", ParameterKind::integer, "the length aimed at, in characters, instead of words",
                      at_least(1))
            .optional("lowest", ParameterKind::number,
                      "no score is lower, so that one very long text does not rule a batch",
                      Constraint{.minimum = {}, .maximum = 0.0})
            .parameter("column", "response", "the column of texts")
            .parallel()
            .refine(refine)
            .example("brevity: {type: reward.length, in: rollout, words: 60}");
    }
    explicit Length(const Parameters& p)
        : column_(p.get<std::string>("column")),
          words_(!p.has("characters")),
          target_(p.find<std::int64_t>(words_ ? "words" : "characters").value_or(80)),
          lowest_(p.find<float>("lowest")) {}

    void process(Call& call) override {
        const auto& texts = call.in().strings(column_);
        const auto scores = call.out().array<float>("score", texts.size());
        std::ranges::transform(texts, scores.begin(), [this](const std::string& text) { return score(text); });
    }

  private:
    static void refine(const Parameters& p, Spec& spec) {
        if (p.has("words") && p.has("characters")) throw Error("'words' and 'characters' exclude each other; give one");
        spec.input("in", p.get<std::string>("column") + ": str[B]");
    }
    [[nodiscard]] float score(const std::string& text) const {
        const auto length = static_cast<std::int64_t>(words_ ? lm::count_words(text) : lm::count_code_points(text));
        const float off = static_cast<float>(-std::abs(length - target_)) / static_cast<float>(target_);
        return lowest_ ? std::max(off, *lowest_) : off;
    }

    std::string column_;
    bool words_;
    std::int64_t target_;
    std::optional<float> lowest_;
};

}  // namespace

void add_length(Registry& registry) {
    registry.add<Length>();
}

}  // namespace anabranch::reward
