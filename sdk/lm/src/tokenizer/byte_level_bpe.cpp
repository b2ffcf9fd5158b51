#include "anabranch/lm/tokenizer/byte_level_bpe.h"

#include <array>
#include <cstddef>
#include <iomanip>
#include <utility>

#include "added_tokens.h"
#include "anabranch/error.h"
#include "anabranch/lm/text/utf8.h"
#include "byte_alphabet.h"
#include "compose.h"
#include "merge_list.h"
#include "merge_word.h"
#include "pre_tokenizer.h"
#include "vocabulary_tokenizer.h"
#include "word_table.h"

namespace anabranch::lm {
namespace {

PreTokenizer checked_pre_tokenizer(const std::string& name, const std::string& source) {
    if (const auto found = find_pre_tokenizer(name)) return *found;
    throw Error(cat(source, ": the pre-tokenizer \"", name, "\" is not known; supported are ", pre_tokenizer_names(),
                    ". With another one the text would be cut in other places than in training"));
}

std::vector<Cut> cuts_of(const ByteLevelBpeData& data, const std::string& source) {
    if (!data.pre_tokenizer.empty()) return {Cut(checked_pre_tokenizer(data.pre_tokenizer, source).piece_end)};
    std::vector<Cut> cuts;
    for (const std::string& expression : data.expressions) {
        const auto name = name_of_expressions({&expression, 1});
        cuts.push_back(name ? Cut(find_pre_tokenizer(*name)->piece_end) : Cut(expression));
    }
    return cuts;
}

class ByteLevelBpe final : public VocabularyTokenizer {
  public:
    ByteLevelBpe(ByteLevelBpeData data, const std::string& source)
        : VocabularyTokenizer(std::move(data.vocabulary), source),
          cuts_(cuts_of(data, source)),
          pre_tokenizer_name_(std::move(data.pre_tokenizer)),
          merge_texts_(std::move(data.merges)),
          prefix_space_(data.prefix_space),
          merges_(read_merges(merge_texts_, vocabulary(), source)),
          words_(vocabulary().size()),
          added_(vocabulary(), data.compose ? AddedTokens::Normalise(compose) : AddedTokens::Normalise()) {
        read_tokens();
        const auto named = find_pre_tokenizer(pre_tokenizer_name_);
        find_whole_words(data.whole_words_first.value_or(named && named->whole_words_first));
    }

    std::vector<std::int64_t> encode(std::string_view text, bool parse_special) const override;
    std::string decode(std::span<const std::int64_t> ids, bool skip_special) const override;
    TokenizerData data() const override;

  private:
    static constexpr std::uint32_t no_token = ~std::uint32_t{0};

    void read_tokens();
    void find_whole_words(bool whole_words_first);
    void encode_piece(std::string_view piece, std::vector<std::uint32_t>& scratch,
                      std::vector<std::int64_t>& ids) const;
    void encode_plain(std::string_view text, std::span<const Cut> cuts, std::vector<std::uint32_t>& scratch,
                      std::vector<std::int64_t>& ids) const;
    void check_bytes(std::string_view text) const;

    std::vector<Cut> cuts_;
    std::string pre_tokenizer_name_;
    std::vector<std::string> merge_texts_;
    bool prefix_space_;
    MergeTable merges_;
    WordTable words_;
    AddedTokens added_;
    std::array<std::uint32_t, 256> byte_tokens_{};
    bool bytes_missing_ = false;
    std::vector<std::string> bytes_;  // what each token decodes to
};

TokenizerData ByteLevelBpe::data() const {
    if (pre_tokenizer_name_.empty()) throw Error("the way in which this tokenizer cuts text has no name in GGUF files");
    return {"gpt2", vocabulary().data(), merge_texts_, pre_tokenizer_name_, {}, false};
}

void ByteLevelBpe::read_tokens() {
    bytes_.reserve(vocabulary().size());
    for (std::int64_t id = 0; id < vocabulary_size(); ++id) {
        const std::string& token = vocabulary().token(id);
        const TokenType type = vocabulary().type(id);
        // Tokens outside the alphabet stand for themselves, as special ones do.
        auto bytes = type == TokenType::normal ? bytes_of_spelling(token) : std::nullopt;
        bytes_.push_back(std::move(bytes).value_or(token));
    }
    for (unsigned byte = 0; byte < byte_tokens_.size(); ++byte) {
        const auto id = vocabulary().find(spelling_of_byte(static_cast<std::uint8_t>(byte)));
        byte_tokens_[byte] = id ? static_cast<std::uint32_t>(*id) : no_token;
        // No valid UTF-8 holds 0xC0, 0xC1 or 0xF5 and above.
        if (!id && byte != 0xC0 && byte != 0xC1 && byte < 0xF5) bytes_missing_ = true;
    }
}

// Most words of a text are one token. Looking them up is far cheaper than merging, so the tokens that their own bytes
// merge to are found once, here.
void ByteLevelBpe::find_whole_words(bool whole_words_first) {
    std::vector<std::uint32_t> scratch;
    for (std::int64_t id = 0; id < vocabulary_size(); ++id) {
        if (vocabulary().type(id) != TokenType::normal) continue;
        const auto bytes = bytes_of_spelling(vocabulary().token(id));
        if (!bytes || bytes->empty()) continue;
        scratch.clear();
        for (const char byte : *bytes) scratch.push_back(byte_tokens_[static_cast<unsigned char>(byte)]);
        merge_word(merges_, scratch);
        const bool whole = scratch.size() == 1 && scratch[0] == static_cast<std::uint32_t>(id);
        if (whole || whole_words_first) words_.add(*bytes, static_cast<std::uint32_t>(id));
    }
}

void ByteLevelBpe::encode_piece(std::string_view piece, std::vector<std::uint32_t>& scratch,
                                std::vector<std::int64_t>& ids) const {
    if (const std::uint32_t id = words_.find(piece); id != WordTable::none) {
        ids.push_back(id);
        return;
    }
    scratch.clear();
    for (const char byte : piece) scratch.push_back(byte_tokens_[static_cast<unsigned char>(byte)]);
    merge_word(merges_, scratch);
    ids.insert(ids.end(), scratch.begin(), scratch.end());
}

void ByteLevelBpe::encode_plain(std::string_view text, std::span<const Cut> cuts, std::vector<std::uint32_t>& scratch,
                                std::vector<std::int64_t>& ids) const {
    if (cuts.empty()) return encode_piece(text, scratch, ids);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = cuts.front().piece_end(text, begin);
        encode_plain(text.substr(begin, end - begin), cuts.subspan(1), scratch, ids);
        begin = end;
    }
}

void ByteLevelBpe::check_bytes(std::string_view text) const {
    require_utf8(text, "text to tokenize");
    if (!bytes_missing_) return;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte_tokens_[byte] != no_token) continue;
        throw Error(cat("text to tokenize has at byte ", i, " the byte 0x", std::hex, std::setw(2), std::setfill('0'),
                        static_cast<int>(byte), ", for which the vocabulary has no token; remove that character"));
    }
}

std::vector<std::int64_t> ByteLevelBpe::encode(std::string_view text, bool parse_special) const {
    check_bytes(text);
    std::vector<std::int64_t> ids;
    ids.reserve(text.size() / 3);
    std::vector<std::uint32_t> scratch;
    added_.encode(text, parse_special, ids, [&](std::string_view piece, bool) {
        if (!prefix_space_ || piece.starts_with(' ')) return encode_plain(piece, cuts_, scratch, ids);
        encode_plain(" " + std::string(piece), cuts_, scratch, ids);
    });
    return ids;
}

std::string ByteLevelBpe::decode(std::span<const std::int64_t> ids, bool skip_special) const {
    std::string text;
    check_ids(ids);
    for (const std::int64_t id : ids) {
        if (skip_special && vocabulary().type(id) == TokenType::control) continue;
        text += bytes_[static_cast<std::size_t>(id)];
    }
    return text;
}

}  // namespace

std::unique_ptr<const Tokenizer> make_byte_level_bpe(ByteLevelBpeData data, const std::string& source) {
    return std::make_unique<const ByteLevelBpe>(std::move(data), source);
}

}  // namespace anabranch::lm
