#include <anabranch/lm/tokenizer/partial_utf8.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/node.h>
#include <plugins/text/nodes.h>

#include <string>
#include <vector>

namespace anabranch::text {
namespace {

class Detokenize final : public Node {
  public:
    static Spec spec() {
        return Spec("text.detokenize", "Turns token ids into text.")
            .input("in", "response_tokens: i64[B,~R]", "token ids, as many a row as it has")
            .output("out", "*, response: str[B]",
                    "what came in, and the texts; bytes that are no whole character become U+FFFD")
            .reads("tokenizer", "tokenizer", "a model or a text.tokenizer")
            .parameter("column", "response_tokens", "the column of ids")
            .parameter("into", "response", "the column that gets the texts")
            .parameter("skip_special", true, "leave out control tokens such as <|im_end|>")
            .parallel()
            .refine([](const Parameters& p, Spec& spec) {
                spec.input("in", p.get<std::string>("column") + ": i64[B,~R]")
                    .output("out", cat("*, ", p.get<std::string>("into"), ": str[B]"));
            })
            .example("answers: {type: text.detokenize, in: rollout, tokenizer: policy}");
    }
    explicit Detokenize(const Parameters& p)
        : column_(p.get<std::string>("column")),
          into_(p.get<std::string>("into")),
          skip_special_(p.get<bool>("skip_special")) {}

    void process(Call& call) override {
        const auto& tokenizer = call.read<lm::TokenizerSource>("tokenizer").tokenizer();
        const Ragged& ids = call.in().ragged(column_);
        std::vector<std::string> texts;
        for (std::int64_t row = 0; row < ids.rows(); ++row) {
            texts.push_back(with_context(
                [&] { return cat("row ", row, " of column '", column_, "'"); },
                [&] { return lm::replace_invalid_utf8(tokenizer.decode(ids.row<std::int64_t>(row), skip_special_)); }));
        }
        call.out().set(into_, std::move(texts));
    }

  private:
    std::string column_;
    std::string into_;
    bool skip_special_;
};

}  // namespace

void add_detokenize(Registry& registry) {
    registry.add<Detokenize>();
}

}  // namespace anabranch::text
