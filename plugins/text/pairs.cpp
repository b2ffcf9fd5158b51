#include <anabranch/lm/text/prompt_template.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/node.h>
#include <plugins/common/rows.h>
#include <plugins/text/encode.h>
#include <plugins/text/nodes.h>

#include <string>
#include <string_view>
#include <vector>

namespace anabranch::text {
namespace {

constexpr std::string_view answer = "answer";

class Pairs final : public Node {
  public:
    static Spec spec() {
        return Spec("text.pairs",
                    "Puts both answers of preference pairs into a template and cuts them into tokens, for a reward "
                    "model. A pair of which a side has more than max_tokens is left out; the metric data/dropped_pairs "
                    "counts them.")
            .input("in", "question: str[B], response_j: str[B], response_k: str[B]", "response_j is the better one")
            .output("out", "*, tokens_j: i64[K,~J], tokens_k: i64[K,~L]",
                    "the pairs that are kept, in packets of different sizes and none for one without rows (flow.batch "
                    "behind it makes them equal), and the tokens of both sides")
            .regroups()
            .reads("tokenizer", "tokenizer", "a model or a text.tokenizer")
            .parameter("template", "question-answer-text",
                       "a template by its name, or your own words: {answer} stands for either response, other names "
                       "for columns; \"Question: {question}\\n\\nAnswer: {answer}\"")
            .parameter("better", "response_j", "the column of the better answers")
            .parameter("worse", "response_k", "the column of the others")
            .parameter("max_tokens", 512, "tokens that a side may have, the BOS counted", at_least(1))
            .optional("add_bos", ParameterKind::boolean,
                      "put the begin-of-text token in front; left out: as the model was trained")
            .parameter("parse_special", true,
                       "control tokens spelt out in a text (<|im_end|>) become their ids; false: they are plain text")
            .refine(refine)
            .example("tokens: {type: text.pairs, in: pairs, tokenizer: judge, max_tokens: 512}");
    }
    explicit Pairs(const Parameters& p)
        : template_(lm::PromptTemplate::named_or_parsed(p.get<std::string>("template"))),
          better_(p.get<std::string>("better")),
          worse_(p.get<std::string>("worse")),
          options_{.add_bos = p.find<bool>("add_bos"),
                   .parse_special = p.get<bool>("parse_special"),
                   .max_tokens = p.get<std::size_t>("max_tokens"),
                   .too_long = TooLong::drop} {}

    void process(Call& call) override {
        const auto& tokenizer = call.read<lm::TokenizerSource>("tokenizer").tokenizer();
        const auto rows = static_cast<std::size_t>(call.in().rows());
        std::vector<std::vector<std::int64_t>> better;
        std::vector<std::vector<std::int64_t>> worse;
        std::vector<std::int64_t> kept;
        for (std::size_t row = 0; row < rows; ++row) {
            auto j = side(tokenizer, call.in(), better_, row);
            auto k = side(tokenizer, call.in(), worse_, row);
            if (!j || !k) continue;
            better.push_back(std::move(*j));
            worse.push_back(std::move(*k));
            kept.push_back(static_cast<std::int64_t>(row));
        }
        call.metric("data/dropped_pairs", static_cast<double>(rows - kept.size()));
        if (kept.empty()) return;
        auto& out = call.out();
        out.pass(kept.size() == rows ? call.in() : select_rows(call.in(), kept));
        out.set("tokens_j", better);
        out.set("tokens_k", worse);
    }

  private:
    static void refine(const Parameters& p, Spec& spec) {
        const auto chosen = lm::PromptTemplate::named_or_parsed(p.get<std::string>("template"));
        std::string columns;
        bool answers = false;
        for (const auto& name : chosen.columns()) {
            answers = answers || name == answer;
            if (name != answer) columns += name + ": str[B], ";
        }
        if (!answers) throw Error("template: there is no {answer} in it, so both sides would be the same");
        spec.input("in",
                   cat(columns, p.get<std::string>("better"), ": str[B], ", p.get<std::string>("worse"), ": str[B]"));
    }

    [[nodiscard]] std::optional<std::vector<std::int64_t>> side(const lm::Tokenizer& tokenizer, const Packet& in,
                                                                const std::string& column, std::size_t row) const {
        return with_context([&] { return cat("row ", row, " of column '", column, "'"); },
                            [&] {
                                if (in.strings(column)[row].empty()) throw Error("the answer is empty");
                                const auto text = template_.format([&](std::string_view name) -> std::string_view {
                                    return in.strings(name == answer ? std::string_view(column) : name)[row];
                                });
                                return encode(tokenizer, text, options_);
                            });
    }

    lm::PromptTemplate template_;
    std::string better_;
    std::string worse_;
    EncodeOptions options_;
};

}  // namespace

void add_pairs(Registry& registry) {
    registry.add<Pairs>();
}

}  // namespace anabranch::text
