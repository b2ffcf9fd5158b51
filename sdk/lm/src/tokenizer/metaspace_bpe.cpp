#include "metaspace_bpe.h"

#include <array>
#include <utility>

#include "added_tokens.h"
#include "anabranch/error.h"
#include "anabranch/lm/text/utf8.h"
#include "merge_list.h"
#include "merge_word.h"
#include "vocabulary_tokenizer.h"

namespace anabranch::lm {
namespace {

AddedTokens::Normalise normaliser(const MetaspaceBpeData& data) {
    if (!data.prepend && !data.replace) return {};
    return [prepend = data.prepend, replace = data.replace](std::string_view text) {
        std::string out(prepend && !text.empty() ? space_mark : "");
        return out += replace ? mark_spaces(text) : std::string(text);
    };
}

SpacePrefix prefix_of(const MetaspaceBpeData& data) {
    return data.prepend ? SpacePrefix::every : data.metaspace.value_or(SpacePrefix::none);
}

std::vector<bool> added_in(const Vocabulary& vocabulary) {
    std::vector<bool> added;
    for (const TokenType type : vocabulary.data().types)
        added.push_back(type == TokenType::control || type == TokenType::unknown || type == TokenType::user_defined);
    return added;
}

class MetaspaceBpe final : public VocabularyTokenizer {
  public:
    MetaspaceBpe(MetaspaceBpeData data, const std::string& source)
        : VocabularyTokenizer(std::move(data.vocabulary), source),
          settings_(std::move(data)),
          merges_(read_merges(settings_.merges, vocabulary(), source)),
          added_(vocabulary(), normaliser(settings_)),
          decoder_(vocabulary(), prefix_of(settings_), added_in(vocabulary())) {
        for (unsigned byte = 0; settings_.byte_fallback && byte < bytes_.size(); ++byte) {
            const auto id = vocabulary().find(byte_token(byte));
            if (!id)
                throw Error(cat(source, ": byte_fallback needs the token ", byte_token(byte), ", which is missing"));
            bytes_[byte] = static_cast<std::uint32_t>(*id);
        }
    }

    std::vector<std::int64_t> encode(std::string_view text, bool parse_special) const override {
        require_utf8(text, "text to tokenize");
        std::vector<std::int64_t> ids;
        std::vector<std::uint32_t> scratch;
        added_.encode(text, parse_special, ids, [&](std::string_view piece, bool first) {
            if (!settings_.metaspace) return encode_words(piece, scratch, ids);
            std::string marked = mark_spaces(piece);
            const bool wanted =
                *settings_.metaspace == SpacePrefix::every || (*settings_.metaspace == SpacePrefix::first && first);
            if (wanted && !marked.starts_with(space_mark)) marked.insert(0, space_mark);
            encode_words(marked, scratch, ids);
        });
        return ids;
    }

    std::string decode(std::span<const std::int64_t> ids, bool skip_special) const override {
        check_ids(ids);
        return decoder_.decode(ids, skip_special);
    }

    TokenizerData data() const override;

  private:
    void encode_words(std::string_view text, std::vector<std::uint32_t>& scratch,
                      std::vector<std::int64_t>& ids) const {
        while (settings_.split_words && !text.empty()) {
            const std::size_t end = text.find(space_mark, 1);
            encode_word(text.substr(0, end), scratch, ids);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end);
        }
        if (!text.empty()) encode_word(text, scratch, ids);
    }

    void encode_word(std::string_view word, std::vector<std::uint32_t>& scratch, std::vector<std::int64_t>& ids) const {
        scratch.clear();
        if (const auto whole = settings_.whole_words_first ? vocabulary().find(word) : std::nullopt) {
            ids.push_back(*whole);
            return;
        }
        bool unknown_before = false;
        for (std::size_t begin = 0; begin < word.size();) {
            std::size_t end = begin;
            static_cast<void>(next_code_point(word, end));
            unknown_before = add_character(word.substr(begin, end - begin), unknown_before, scratch);
            begin = end;
        }
        merge_word(merges_, scratch);
        ids.insert(ids.end(), scratch.begin(), scratch.end());
    }

    // Whether the character was unknown.
    bool add_character(std::string_view character, bool unknown_before, std::vector<std::uint32_t>& scratch) const {
        if (const auto id = vocabulary().find(character)) {
            scratch.push_back(static_cast<std::uint32_t>(*id));
            return false;
        }
        if (settings_.byte_fallback) {
            for (const char byte : character) scratch.push_back(bytes_[static_cast<unsigned char>(byte)]);
            return false;
        }
        const auto unknown = vocabulary().data().unknown;
        if (!unknown) {
            throw Error(cat("text to tokenize has the character \"", character,
                            "\", for which the vocabulary has no token; remove that character"));
        }
        if (!unknown_before || !settings_.fuse_unknown) scratch.push_back(static_cast<std::uint32_t>(*unknown));
        return true;
    }

    MetaspaceBpeData settings_;  // its vocabulary has moved into the base
    MergeTable merges_;
    AddedTokens added_;
    PieceDecoder decoder_;
    std::array<std::uint32_t, 256> bytes_{};
};

// SentencePiece merges the pair whose result has the highest score. The merges say the same in ranks when those that
// make one token stand together.
TokenizerData MetaspaceBpe::data() const {
    if (settings_.split_words || settings_.whole_words_first || prefix_of(settings_) == SpacePrefix::first)
        throw Error("the way in which this tokenizer cuts text has no form in GGUF files");
    constexpr float never = -1e9F;  // as SentencePiece scores what no merge makes
    std::vector<float> scores(vocabulary().size(), never);
    std::int64_t last = -1;
    float score = 0;
    for (const std::string& merge : settings_.merges) {
        const std::size_t blank = merge.find(' ', 1);
        const auto id = *vocabulary().find(merge.substr(0, blank) + merge.substr(blank + 1));
        if (id == last) continue;
        float& own = scores[static_cast<std::size_t>(id)];
        if (own != never) throw Error(cat("the merges into \"", token(id), "\" are no scores of SentencePiece's"));
        own = score--;
        last = id;
    }
    VocabularyData data = vocabulary().data();
    if (data.unknown) data.types[static_cast<std::size_t>(*data.unknown)] = TokenType::unknown;  // it needs one
    return {"llama", std::move(data), {}, {}, std::move(scores), prefix_of(settings_) == SpacePrefix::every};
}

}  // namespace

std::unique_ptr<const Tokenizer> make_metaspace_bpe(MetaspaceBpeData data, const std::string& source) {
    return std::make_unique<const MetaspaceBpe>(std::move(data), source);
}

}  // namespace anabranch::lm
