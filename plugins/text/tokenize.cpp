#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/node.h>
#include <plugins/common/rows.h>
#include <plugins/text/encode.h>
#include <plugins/text/nodes.h>

#include <string>
#include <vector>

namespace anabranch::text {
namespace {

class Tokenize final : public Node {
  public:
    static Spec spec() {
        return Spec("text.tokenize", "Turns texts into token ids.")
            .input("in", "prompt: str[B]", "texts, one a row")
            .output("out", "*, prompt_tokens: i64[B,~P]", "what came in, and the ids, as many as each text has")
            .reads("tokenizer", "tokenizer", "a model or a text.tokenizer")
            .parameter("column", "prompt", "the column of texts")
            .parameter("into", "prompt_tokens", "the column that gets the ids")
            .optional("max_tokens", ParameterKind::integer, "tokens that a row may have, the BOS counted", at_least(1))
            .parameter("too_long", "error",
                       "what becomes of a longer row: error ends the run and names the row; truncate_left keeps the "
                       "end of the text, truncate_right its beginning; drop leaves the row out. With drop the node "
                       "gives packets of different sizes, and none for one without rows (flow.batch behind it makes "
                       "them equal): it starts a clock of its own. The metric data/dropped_rows counts them.",
                       one_of({"error", "drop", "truncate_left", "truncate_right"}))
            .optional("add_bos", ParameterKind::boolean,
                      "put the begin-of-text token in front; left out: as the model was trained")
            .parameter("parse_special", true,
                       "control tokens spelt out in a text (<|im_end|>) become their ids; false: they are plain text")
            .parallel()
            .refine(refine)
            .example("tokens: {type: text.tokenize, in: prompts, tokenizer: policy, max_tokens: 512}");
    }
    explicit Tokenize(const Parameters& p)
        : column_(p.get<std::string>("column")),
          into_(p.get<std::string>("into")),
          options_{.add_bos = p.find<bool>("add_bos"),
                   .parse_special = p.get<bool>("parse_special"),
                   .max_tokens = p.find<std::size_t>("max_tokens"),
                   .too_long = parse_too_long(p.get<std::string>("too_long"))} {}

    void process(Call& call) override {
        const auto& tokenizer = call.read<lm::TokenizerSource>("tokenizer").tokenizer();
        const auto& texts = call.in().strings(column_);
        std::vector<std::vector<std::int64_t>> ids;
        std::vector<std::int64_t> kept;
        for (std::size_t row = 0; row < texts.size(); ++row) {
            auto encoded = with_context([&] { return cat("row ", row, " of column '", column_, "'"); },
                                        [&] { return encode(tokenizer, texts[row], options_); });
            if (!encoded) continue;
            ids.push_back(std::move(*encoded));
            kept.push_back(static_cast<std::int64_t>(row));
        }
        if (options_.too_long == TooLong::drop) {
            call.metric("data/dropped_rows", static_cast<double>(texts.size() - kept.size()));
            if (kept.empty()) return;
            call.out().pass(kept.size() == texts.size() ? call.in() : select_rows(call.in(), kept));
        }
        call.out().set(into_, ids);
    }

  private:
    static void refine(const Parameters& p, Spec& spec) {
        const bool drops = p.get<std::string>("too_long") == "drop";
        if (drops && !p.has("max_tokens")) throw Error("too_long: drop needs max_tokens");
        spec.input("in", p.get<std::string>("column") + ": str[B]");
        // Without the rows that it drops, a packet's row count is another one.
        spec.output("out", cat("*, ", p.get<std::string>("into"), drops ? ": i64[K,~P]" : ": i64[B,~P]"));
        if (drops) spec.regroups();
    }

    std::string column_;
    std::string into_;
    EncodeOptions options_;
};

}  // namespace

void add_tokenize(Registry& registry) {
    registry.add<Tokenize>();
}

}  // namespace anabranch::text
