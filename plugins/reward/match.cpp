#include <anabranch/lm/text/regular_expression.h>
#include <anabranch/lm/text/words.h>
#include <anabranch/node.h>
#include <plugins/reward/nodes.h>

#include <algorithm>
#include <string>
#include <vector>

namespace anabranch::reward {
namespace {

lm::RegularExpression expression_of(const Parameters& p) {
    const bool has_words = p.has("words");
    if (has_words == p.has("pattern")) {
        throw Error(has_words ? "'pattern' and 'words' exclude each other; give one"
                              : "give what to look for: 'pattern' (a regular expression) or 'words' (a list)");
    }
    const lm::RegularExpression::Options options{.ignore_case = p.get<bool>("ignore_case")};
    if (has_words) return lm::RegularExpression::any_word(p.get<std::vector<std::string>>("words"), options);
    return lm::RegularExpression(p.get<std::string>("pattern"), options);
}

class Match final : public Node {
  public:
    static Spec spec() {
        return Spec("reward.match", "Rewards (or, with a negative weight, punishes) texts in which something is found.")
            .input("in", "response: str[B]", "the texts, one a row")
            .output("out", "*, score: f32[B]", "what came in, and weight times what `per` says")
            .optional("pattern", ParameterKind::text, "a regular expression in Perl's syntax; this or words")
            .optional("words", ParameterKind::texts, "whole words or phrases to look for; this or pattern")
            .parameter("per", "any",
                       "any: 1 for a text with a match, else 0; count: the number of matches, which do not overlap; "
                       "fraction: matches for each word of the text, 0 for a text without words",
                       one_of({"any", "count", "fraction"}))
            .parameter("weight", 1.0, "what the score is multiplied by; below 0: a punishment")
            .parameter("ignore_case", true, "whether upper and lower case count as the same")
            .parameter("column", "response", "the column of texts")
            .parallel()
            .refine([](const Parameters& p, Spec& spec) {
                static_cast<void>(expression_of(p));
                spec.input("in", p.get<std::string>("column") + ": str[B]");
            })
            .example("polite: {type: reward.match, in: rollout, words: [please, thank you], per: count}");
    }
    explicit Match(const Parameters& p)
        : expression_(expression_of(p)),
          per_(p.get<std::string>("per")),
          weight_(p.get<double>("weight")),
          column_(p.get<std::string>("column")) {}

    void process(Call& call) override {
        const auto& texts = call.in().strings(column_);
        const auto scores = call.out().array<float>("score", texts.size());
        for (std::size_t row = 0; row < texts.size(); ++row) {
            const double value = with_context([&] { return cat("row ", row); }, [&] { return measure(texts[row]); });
            scores[row] = static_cast<float>(weight_ * value);
        }
    }

  private:
    [[nodiscard]] double measure(const std::string& text) const {
        if (per_ == "any") return expression_.found_in(text) ? 1 : 0;
        const auto matches = static_cast<double>(expression_.count(text));
        if (per_ == "count") return matches;
        const auto words = static_cast<double>(lm::count_words(text));
        return words == 0 ? 0 : matches / words;
    }

    lm::RegularExpression expression_;
    std::string per_;
    double weight_;
    std::string column_;
};

}  // namespace

void add_match(Registry& registry) {
    registry.add<Match>();
}

}  // namespace anabranch::reward
