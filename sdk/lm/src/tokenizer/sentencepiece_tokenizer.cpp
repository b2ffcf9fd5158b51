#include "sentencepiece_tokenizer.h"

#include <utility>

#include "added_tokens.h"
#include "anabranch/lm/sentencepiece/model_proto.h"
#include "anabranch/lm/sentencepiece/processor.h"
#include "anabranch/lm/text/utf8.h"
#include "piece_decoder.h"
#include "vocabulary_tokenizer.h"

namespace anabranch::lm {
namespace {

/// The same vocabulary, but that the model's own user-defined pieces, which libsentencepiece finds itself, are normal.
Vocabulary found_by_us(const VocabularyData& data, std::size_t pieces, const std::string& source) {
    VocabularyData ours{data.tokens, data.types};
    for (std::size_t id = 0; id < pieces; ++id) {
        if (ours.types[id] == TokenType::user_defined) ours.types[id] = TokenType::normal;
    }
    return {std::move(ours), source};
}

std::vector<bool> part_ends(const VocabularyData& data, std::size_t pieces) {
    std::vector<bool> ends;
    for (std::size_t id = 0; id < data.types.size(); ++id)
        ends.push_back(id >= pieces || data.types[id] == TokenType::control || data.types[id] == TokenType::unknown);
    return ends;
}

class SentencePieceTokenizer final : public VocabularyTokenizer {
  public:
    SentencePieceTokenizer(SentencePieceData data, const std::string& source)
        : VocabularyTokenizer(std::move(data.vocabulary), source),
          proto_(read_sentencepiece(data.model, source)),
          processor_(data.model, source),
          added_(found_by_us(vocabulary().data(), proto_.pieces.size(), source)),
          decoder_(vocabulary(), proto_.add_dummy_prefix ? SpacePrefix::every : SpacePrefix::none,
                   part_ends(vocabulary().data(), proto_.pieces.size())) {}

    std::vector<std::int64_t> encode(std::string_view text, bool parse_special) const override {
        require_utf8(text, "text to tokenize");
        std::vector<std::int64_t> ids;
        added_.encode(text, parse_special, ids, [&](std::string_view piece, bool) { processor_.encode(piece, ids); });
        return ids;
    }

    std::string decode(std::span<const std::int64_t> ids, bool skip_special) const override {
        check_ids(ids);
        return decoder_.decode(ids, skip_special);
    }

    TokenizerData data() const override {
        std::vector<float> scores;
        for (const auto& piece : proto_.pieces) scores.push_back(piece.score);
        scores.resize(vocabulary().size());
        return {"llama", vocabulary().data(), {}, {}, std::move(scores), proto_.add_dummy_prefix};
    }

  private:
    SentencePieceProto proto_;
    SentencePieceProcessor processor_;
    AddedTokens added_;
    PieceDecoder decoder_;
};

}  // namespace

std::unique_ptr<const Tokenizer> make_sentencepiece(SentencePieceData data, const std::string& source) {
    return std::make_unique<const SentencePieceTokenizer>(std::move(data), source);
}

}  // namespace anabranch::lm
