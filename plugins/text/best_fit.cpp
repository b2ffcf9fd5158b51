#include <anabranch/lm/text/best_fit.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/node.h>
#include <plugins/text/encode.h>
#include <plugins/text/nodes.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace anabranch::text {
namespace {

constexpr std::int64_t no_loss = -100;  // as transformers' labels say it

struct Document {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> labels;
    bool truncated = false;
};

using Bin = std::vector<Document>;

/// Documents with the numbers of their bins, from 0.
Packet packet_of(std::span<const Bin> bins) {
    std::vector<std::vector<std::int64_t>> ids;
    std::vector<std::vector<std::int64_t>> labels;
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < bins.size(); ++i) {
        for (const auto& document : bins[i]) {
            ids.push_back(document.ids);
            labels.push_back(document.labels);
            numbers.push_back(static_cast<std::int64_t>(i));
        }
    }
    PacketBuilder out;
    out.set("input_ids", ids);
    out.set("labels", labels);
    out.set("bin", std::move(numbers));
    return std::move(out).build();
}

std::vector<Bin> bins_of(const Packet& packet) {
    std::vector<Bin> bins;
    for (std::int64_t row = 0; row < packet.rows(); ++row) {
        const auto ids = packet.ragged("input_ids").row<std::int64_t>(row);
        const auto labels = packet.ragged("labels").row<std::int64_t>(row);
        bins.resize(static_cast<std::size_t>(packet.values<std::int64_t>("bin")[static_cast<std::size_t>(row)]) + 1);
        bins.back().push_back({{ids.begin(), ids.end()}, {labels.begin(), labels.end()}});
    }
    return bins;
}

class BestFit final : public Node {
  public:
    static Spec spec() {
        return Spec("text.best_fit",
                    "Packs whole texts, each a row of its own that sees no other, so that packets hold about the same "
                    "number of tokens: texts are put into bins of seq_length by best fit, longest first. With `prompt` "
                    "the loss counts the answers alone.")
            .input("in", "text: str[B]", "texts, one a row, in packets of any size")
            .output("out", "input_ids: i64[D,~T], labels: i64[D,~T], bin: i64[D]",
                    "the texts of `batch` bins; labels are the ids, or -100 where there is no loss")
            .regroups()
            .reads("tokenizer", "tokenizer", "a model or a text.tokenizer; it must have an end-of-text token")
            .parameter("column", "text", "the column of texts; with `prompt`, of the answers")
            .optional("prompt", ParameterKind::text,
                      "a column of what stands before the text and is read, not learnt. It is cut into tokens by "
                      "itself, as a policy gets it: put the space between the two at the beginning of the text.")
            .parameter("seq_length", 1024, "tokens of a bin", at_least(2))
            .parameter("too_long", "truncate_right",
                       "what becomes of a text of more than seq_length tokens; data/truncated_rows and "
                       "data/dropped_rows count them",
                       one_of({"error", "drop", "truncate_right"}))
            .parameter("gather", 1024, "texts that are gathered before they are put into bins", at_least(1))
            .parameter("batch", 4, "bins in each packet", at_least(1))
            .parameter("parse_special", true,
                       "control tokens spelt out in a text (<|im_end|>) become their ids; false: they are plain text")
            .refine([](const Parameters& p, Spec& spec) {
                const auto prompt = p.find<std::string>("prompt");
                spec.input("in",
                           cat(p.get<std::string>("column"), ": str[B]", prompt ? ", " + *prompt + ": str[B]" : ""));
            })
            .example(
                "documents: {type: text.best_fit, in: texts, tokenizer: policy, prompt: prompt, column: answer, "
                "seq_length: 512}");
    }
    explicit BestFit(const Parameters& p)
        : column_(p.get<std::string>("column")),
          prompt_(p.find<std::string>("prompt")),
          length_(p.get<std::size_t>("seq_length")),
          gather_(p.get<std::size_t>("gather")),
          batch_(p.get<std::size_t>("batch")),
          too_long_(parse_too_long(p.get<std::string>("too_long"))),
          encode_{.parse_special = p.get<bool>("parse_special")} {}

    void process(Call& call) override {
        const auto& tokenizer = call.read<lm::TokenizerSource>("tokenizer").tokenizer();
        if (!tokenizer.eos()) throw Error("the tokenizer has no end-of-text token (EOS), which ends each text");
        const auto& texts = call.in().strings(column_);
        double dropped = 0;
        double truncated = 0;
        for (std::size_t row = 0; row < texts.size(); ++row) {
            auto made = with_context([&] { return cat("row ", row, " of column '", column_, "'"); },
                                     [&] { return document(tokenizer, call.in(), row); });
            dropped += made ? 0 : 1;
            if (!made) continue;
            truncated += made->truncated ? 1 : 0;
            gathered_.push_back(std::move(*made));
        }
        call.metric("data/dropped_rows", dropped);
        call.metric("data/truncated_rows", truncated);
        if (gathered_.size() >= gather_) put_into_bins(call);
    }
    void flush(Call& call) override {
        put_into_bins(call);
        if (!bins_.empty()) give(call, bins_.size());
    }
    void save_state(State& state) const override {
        state.set("gathered", packet_of(std::span(&gathered_, 1)));
        state.set("bins", packet_of(bins_));
    }
    void load_state(const State& state) override {
        for (auto& bin : bins_of(state.packet("gathered"))) gathered_ = std::move(bin);
        bins_ = bins_of(state.packet("bins"));
    }

  private:
    /// Nothing: the text is to be dropped, since it is too long or nothing of it would be learnt.
    [[nodiscard]] std::optional<Document> document(const lm::Tokenizer& tokenizer, const Packet& in,
                                                   std::size_t row) const {
        Document made;
        EncodeOptions rest = encode_;
        if (prompt_) {
            made.ids = *encode(tokenizer, in.strings(*prompt_)[row], encode_);
            rest.add_bos = false;
        }
        const std::size_t read = made.ids.size();
        const auto text = *encode(tokenizer, in.strings(column_)[row], rest);
        made.ids.insert(made.ids.end(), text.begin(), text.end());
        made.ids.push_back(*tokenizer.eos());
        if (made.ids.size() > length_) {
            if (too_long_ == TooLong::drop) return std::nullopt;
            if (too_long_ == TooLong::error) {
                throw Error(cat("the text has ", made.ids.size(), " tokens, seq_length is ", length_,
                                "; raise it, or set too_long to drop or truncate_right"));
            }
            made.ids.resize(length_);
            made.truncated = true;
        }
        if (read >= made.ids.size()) return std::nullopt;
        made.labels = made.ids;
        std::fill_n(made.labels.begin(), read, no_loss);
        return made;
    }

    void put_into_bins(Call& call) {
        std::vector<std::size_t> lengths;
        for (const auto& document : gathered_) lengths.push_back(document.ids.size());
        auto bins = lm::best_fit(lengths, length_);
        // Best fit leaves the longest texts in the first bins.
        for (const std::int64_t bin : call.random().permutation(static_cast<std::int64_t>(bins.size()))) {
            auto& made = bins_.emplace_back();
            for (const std::size_t item : bins[static_cast<std::size_t>(bin)])
                made.push_back(std::move(gathered_[item]));
        }
        gathered_.clear();
        while (bins_.size() >= batch_) give(call, batch_);
    }

    void give(Call& call, std::size_t count) {
        call.emit().pass(packet_of(std::span(bins_).first(count)));
        bins_.erase(bins_.begin(), bins_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    std::string column_;
    std::optional<std::string> prompt_;
    std::size_t length_;
    std::size_t gather_;
    std::size_t batch_;
    TooLong too_long_;
    EncodeOptions encode_;
    std::vector<Document> gathered_;
    std::vector<Bin> bins_;  // that do not fill a packet yet
};

}  // namespace

void add_best_fit(Registry& registry) {
    registry.add<BestFit>();
}

}  // namespace anabranch::text
