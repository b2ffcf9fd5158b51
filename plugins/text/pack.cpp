#include <anabranch/lm/text/characters_per_token.h>
#include <anabranch/lm/text/pack.h>
#include <anabranch/lm/text/utf8.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/node.h>
#include <plugins/text/encode.h>
#include <plugins/text/nodes.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::text {
namespace {

class Pack final : public Node {
  public:
    static Spec spec() {
        return Spec("text.pack",
                    "Joins texts, an end-of-text token behind each, and cuts them into pieces of one length for "
                    "training, exactly as TRL's ConstantLengthDataset does.")
            .input("in", "text: str[B]", "texts, one a row, in packets of any size")
            .output("out", "input_ids: i64[N,~S], labels: i64[N,~S]",
                    "`batch` pieces of `seq_length` tokens, and the same as labels: every token counts")
            .regroups()
            .reads("tokenizer", "tokenizer", "a model or a text.tokenizer; it must have an end-of-text token")
            .parameter("column", "text", "the column of texts")
            .parameter("seq_length", 1024, "tokens of a piece", at_least(1))
            .parameter("chars_per_token", 3.6,
                       "characters that a token stands for on average; with the two around it, the number of "
                       "characters that are gathered before they are cut. What is left behind the last whole piece of "
                       "a gathering is dropped; the metric data/dropped_tokens counts it.",
                       above(0))
            .optional("measure_examples", ParameterKind::integer,
                      "measure chars_per_token on that many texts first, as the recipe's chars_token_ratio does on 400",
                      at_least(1))
            .parameter("num_of_sequences", 1024, "pieces that one gathering is meant to give", at_least(1))
            .optional("shuffle_seed", ParameterKind::integer,
                      "shuffle the pieces of each gathering by this seed; left out: they stay in order", at_least(0))
            .parameter("batch", 4, "pieces in each packet", at_least(1))
            .parameter("drop_last", false, "leave out the last packet if it is not full")
            .parameter("parse_special", true,
                       "control tokens spelt out in a text (<|im_end|>) become their ids; false: they are plain text")
            .refine(
                [](const Parameters& p, Spec& spec) { spec.input("in", p.get<std::string>("column") + ": str[B]"); })
            .example("pieces: {type: text.pack, in: texts, tokenizer: policy, seq_length: 512, num_of_sequences: 64}");
    }
    explicit Pack(const Parameters& p)
        : column_(p.get<std::string>("column")),
          batch_(p.get<std::int64_t>("batch")),
          drop_last_(p.get<bool>("drop_last")),
          encode_{.parse_special = p.get<bool>("parse_special")},
          pack_{.sequence_length = p.get<std::size_t>("seq_length"),
                .characters_per_token = p.get<double>("chars_per_token"),
                .sequences = p.get<std::size_t>("num_of_sequences"),
                .shuffle_seed = p.find<std::uint64_t>("shuffle_seed")} {
        if (const auto examples = p.find<std::size_t>("measure_examples")) measured_.emplace(*examples);
    }

    void process(Call& call) override {
        const auto& tokenizer = call.read<lm::TokenizerSource>("tokenizer").tokenizer();
        if (!tokenizer.eos()) throw Error("the tokenizer has no end-of-text token (EOS), which parts the texts");
        pack_.eos = *tokenizer.eos();
        if (!packer_ && !measured_) packer_.emplace(pack_);
        const auto& texts = call.in().strings(column_);
        for (std::size_t row = 0; row < texts.size(); ++row) {
            auto ids = with_context([&] { return cat("row ", row, " of column '", column_, "'"); },
                                    [&] { return encode(tokenizer, texts[row], encode_); });
            push({lm::count_code_points(texts[row]), std::move(*ids)}, call);
        }
        tell_dropped(0, call);
    }
    void flush(Call& call) override {
        if (measured_ && !gathered_.empty()) pack_gathered(call);
        if (packer_) take(packer_->flush(), call);
        tell_dropped(drop_last_ ? pieces_.size() : 0, call);
        if (!pieces_.empty() && !drop_last_) {
            give(call, static_cast<std::int64_t>(pieces_.size() / pack_.sequence_length));
        }
        if (!given_) {
            call.print(cat("text.pack gave nothing: all texts together do not fill ", drop_last_ ? batch_ : 1,
                           " pieces of ", pack_.sequence_length, " tokens"));
        }
    }
    void save_state(State& state) const override {
        std::vector<std::int64_t> characters;
        std::vector<std::vector<std::int64_t>> ids;
        for (const auto& example : gathered_) {
            characters.push_back(static_cast<std::int64_t>(example.characters));
            ids.push_back(example.ids);
        }
        state.set("gathered", Packet({{"characters", Array::of(std::move(characters))}, {"ids", Ragged::of(ids)}}));
        state.set("pieces", Column(Array::of(pieces_)));
        state.set("given", static_cast<std::int64_t>(given_));
        if (!packer_) return;
        const auto& buffer = packer_->state();
        state.set("buffer", Column(Array::of(buffer.ids)));
        state.set("buffer_characters", static_cast<std::int64_t>(buffer.characters));
        state.set("buffers", static_cast<std::int64_t>(buffer.buffers));
        state.set("chars_per_token", pack_.characters_per_token);
        state.set("eos", pack_.eos);
    }
    void load_state(const State& state) override {
        const Packet& gathered = state.packet("gathered");
        for (std::int64_t row = 0; row < gathered.rows(); ++row) {
            const auto ids = gathered.ragged("ids").row<std::int64_t>(row);
            const auto characters = gathered.values<std::int64_t>("characters")[static_cast<std::size_t>(row)];
            gathered_.push_back({static_cast<std::size_t>(characters), {ids.begin(), ids.end()}});
            measured_->add(gathered_.back().characters, ids.size());
        }
        const auto pieces = state.array("pieces").values<std::int64_t>();
        pieces_.assign(pieces.begin(), pieces.end());
        given_ = state.integer("given") != 0;
        if (!state.has("buffer")) return;
        measured_.reset();
        pack_.characters_per_token = state.number("chars_per_token");
        pack_.eos = state.integer("eos");
        const auto ids = state.array("buffer").values<std::int64_t>();
        packer_.emplace(pack_);
        packer_->restore({{ids.begin(), ids.end()},
                          static_cast<std::uint64_t>(state.integer("buffer_characters")),
                          static_cast<std::uint64_t>(state.integer("buffers"))});
    }

  private:
    struct Example {
        std::size_t characters;
        std::vector<std::int64_t> ids;
    };

    void push(Example example, Call& call) {
        if (!measured_) return take(packer_->push(example.characters, example.ids), call);
        measured_->add(example.characters, example.ids.size());
        gathered_.push_back(std::move(example));
        if (measured_->complete()) pack_gathered(call);
    }
    /// Ends the measuring: packs what was gathered for it.
    void pack_gathered(Call& call) {
        pack_.characters_per_token = measured_->ratio();
        call.print(cat("text.pack: ", pack_.characters_per_token, " characters per token"));
        measured_.reset();
        packer_.emplace(pack_);
        for (auto& example : std::exchange(gathered_, {})) push(std::move(example), call);
    }
    void take(const std::vector<std::int64_t>& pieces, Call& call) {
        pieces_.insert(pieces_.end(), pieces.begin(), pieces.end());
        const std::size_t full = static_cast<std::size_t>(batch_) * pack_.sequence_length;
        while (pieces_.size() >= full) give(call, batch_);
    }
    /// Of tails since the last call, and `more`.
    void tell_dropped(std::size_t more, Call& call) {
        const std::uint64_t dropped = packer_ ? packer_->dropped_tokens() : 0;
        call.metric("data/dropped_tokens", static_cast<double>(dropped - std::exchange(told_, dropped) + more));
    }
    void give(Call& call, std::int64_t count) {
        const auto end = pieces_.begin() + count * static_cast<std::int64_t>(pack_.sequence_length);
        std::vector<std::int64_t> offsets;
        for (std::int64_t piece = 0; piece <= count; ++piece)
            offsets.push_back(piece * static_cast<std::int64_t>(pack_.sequence_length));
        const Ragged ids(Array::of(std::vector<std::int64_t>(pieces_.begin(), end)), std::move(offsets));
        pieces_.erase(pieces_.begin(), end);
        auto& out = call.emit();
        out.set("input_ids", Column(ids));
        out.set("labels", Column(ids));
        given_ = true;
    }

    std::string column_;
    std::int64_t batch_;
    bool drop_last_;
    EncodeOptions encode_;
    lm::PackOptions pack_;
    std::optional<lm::CharactersPerToken> measured_;  // until it has seen its examples
    std::vector<Example> gathered_;                   // meanwhile
    std::optional<lm::ConstantLengthPacker> packer_;
    std::vector<std::int64_t> pieces_;  // that do not fill a packet yet, end to end
    std::uint64_t told_ = 0;            // dropped tokens of which metrics have told
    bool given_ = false;
};

}  // namespace

void add_pack(Registry& registry) {
    registry.add<Pack>();
}

}  // namespace anabranch::text
