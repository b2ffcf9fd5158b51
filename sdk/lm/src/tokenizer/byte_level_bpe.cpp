#include "anabranch/lm/tokenizer/byte_level_bpe.h"

#include <array>
#include <cstddef>
#include <iomanip>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/text/utf8.h"
#include "byte_alphabet.h"
#include "merge_table.h"
#include "merge_word.h"
#include "pre_tokenizer.h"
#include "special_tokens.h"
#include "word_table.h"

namespace anabranch::lm {
namespace {

PreTokenizer checked_pre_tokenizer(const std::string& name, const std::string& source) {
    if (const auto found = find_pre_tokenizer(name)) return *found;
    throw Error(cat(source, ": the pre-tokenizer \"", name, "\" is not known; supported are ", pre_tokenizer_names(),
                    ". With another one the text would be cut in other places than in training"));
}

class ByteLevelBpe final : public Tokenizer {
  public:
    ByteLevelBpe(ByteLevelBpeData data, const std::string& source)
        : pre_tokenizer_(checked_pre_tokenizer(data.pre_tokenizer, source)),
          vocabulary_(std::move(data.vocabulary), source),
          pre_tokenizer_name_(std::move(data.pre_tokenizer)),
          merge_texts_(std::move(data.merges)),
          merges_(merge_texts_.size()),
          words_(vocabulary_.size()) {
        read_tokens();
        read_merges(merge_texts_, source);
        find_whole_words();
    }

    std::vector<std::int64_t> encode(std::string_view text, bool parse_special) const override;
    std::string decode(std::span<const std::int64_t> ids, bool skip_special) const override;

    std::int64_t vocabulary_size() const override { return static_cast<std::int64_t>(vocabulary_.size()); }
    const std::string& token(std::int64_t id) const override { return vocabulary_.token(id); }
    std::optional<std::int64_t> find(std::string_view token) const override { return vocabulary_.find(token); }
    std::optional<std::int64_t> bos() const override { return vocabulary_.data().bos; }
    std::optional<std::int64_t> eos() const override { return vocabulary_.data().eos; }
    std::optional<std::int64_t> pad() const override { return vocabulary_.data().pad; }
    bool add_bos() const override { return vocabulary_.data().add_bos; }
    TokenizerData data() const override {
        return {"gpt2", vocabulary_.data(), merge_texts_, pre_tokenizer_name_, {}, false};
    }

  private:
    static constexpr std::uint32_t no_token = ~std::uint32_t{0};

    void read_tokens();
    void read_merges(const std::vector<std::string>& merges, const std::string& source);
    void find_whole_words();
    void encode_piece(std::string_view piece, std::vector<std::uint32_t>& scratch,
                      std::vector<std::int64_t>& ids) const;
    void encode_plain(std::string_view text, std::vector<std::uint32_t>& scratch, std::vector<std::int64_t>& ids) const;
    void check_bytes(std::string_view text) const;

    PreTokenizer pre_tokenizer_;
    Vocabulary vocabulary_;
    std::string pre_tokenizer_name_;
    std::vector<std::string> merge_texts_;
    MergeTable merges_;
    WordTable words_;
    std::array<std::uint32_t, 256> byte_tokens_{};
    bool bytes_missing_ = false;
    std::vector<std::string> bytes_;  // what each token decodes to
    SpecialTokens special_;           // control and user-defined
    SpecialTokens user_defined_;
};

void ByteLevelBpe::read_tokens() {
    bytes_.reserve(vocabulary_.size());
    for (std::int64_t id = 0; id < vocabulary_size(); ++id) {
        const std::string& token = vocabulary_.token(id);
        const TokenType type = vocabulary_.type(id);
        if (type == TokenType::control || type == TokenType::user_defined) special_.add(token, id);
        if (type == TokenType::user_defined) user_defined_.add(token, id);
        // Tokens outside the alphabet stand for themselves, as special ones do.
        auto bytes = type == TokenType::normal ? bytes_of_spelling(token) : std::nullopt;
        bytes_.push_back(std::move(bytes).value_or(token));
    }
    for (unsigned byte = 0; byte < byte_tokens_.size(); ++byte) {
        const auto id = vocabulary_.find(spelling_of_byte(static_cast<std::uint8_t>(byte)));
        byte_tokens_[byte] = id ? static_cast<std::uint32_t>(*id) : no_token;
        // No valid UTF-8 holds 0xC0, 0xC1 or 0xF5 and above.
        if (!id && byte != 0xC0 && byte != 0xC1 && byte < 0xF5) bytes_missing_ = true;
    }
}

void ByteLevelBpe::read_merges(const std::vector<std::string>& merges, const std::string& source) {
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const std::string& merge = merges[rank];
        const auto fail = [&](const std::string& problem) {
            throw Error(cat(source, ": merge ", rank, " is \"", merge, "\": ", problem));
        };
        const std::size_t blank = merge.find(' ', 1);
        if (blank == std::string::npos || blank + 1 == merge.size() ||
            merge.find(' ', blank + 1) != std::string::npos) {
            fail("expected two tokens with one space between them");
        }
        const std::string left = merge.substr(0, blank);
        const std::string right = merge.substr(blank + 1);
        const auto id_of = [&](const std::string& token) {
            const auto id = vocabulary_.find(token);
            if (!id) fail(cat("\"", token, "\" is not in the vocabulary"));
            return static_cast<std::uint32_t>(*id);
        };
        const MergeTable::Merge result{static_cast<std::uint32_t>(rank), id_of(left + right)};
        if (!merges_.add(id_of(left), id_of(right), result)) fail("the same pair stood before");
    }
}

// Most words of a text are one token. Looking them up is far cheaper than merging, so the tokens that their own bytes
// merge to are found once, here.
void ByteLevelBpe::find_whole_words() {
    std::vector<std::uint32_t> scratch;
    for (std::int64_t id = 0; id < vocabulary_size(); ++id) {
        if (vocabulary_.type(id) != TokenType::normal) continue;
        const auto bytes = bytes_of_spelling(vocabulary_.token(id));
        if (!bytes || bytes->empty()) continue;
        scratch.clear();
        for (const char byte : *bytes) scratch.push_back(byte_tokens_[static_cast<unsigned char>(byte)]);
        merge_word(merges_, scratch);
        const bool whole = scratch.size() == 1 && scratch[0] == static_cast<std::uint32_t>(id);
        if (whole || pre_tokenizer_.whole_words_first) words_.add(*bytes, static_cast<std::uint32_t>(id));
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

void ByteLevelBpe::encode_plain(std::string_view text, std::vector<std::uint32_t>& scratch,
                                std::vector<std::int64_t>& ids) const {
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = pre_tokenizer_.piece_end(text, begin);
        encode_piece(text.substr(begin, end - begin), scratch, ids);
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
    const SpecialTokens& special = parse_special ? special_ : user_defined_;
    std::size_t begin = 0;
    while (const auto match = special.find(text, begin)) {
        encode_plain(text.substr(begin, match->begin - begin), scratch, ids);
        ids.push_back(match->id);
        begin = match->end;
    }
    encode_plain(text.substr(begin), scratch, ids);
    return ids;
}

std::string ByteLevelBpe::decode(std::span<const std::int64_t> ids, bool skip_special) const {
    std::string text;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] < 0 || ids[i] >= vocabulary_size()) {
            throw Error(cat("token ", i, " to decode has the id ", ids[i], ", outside the vocabulary of ",
                            vocabulary_size(), " tokens"));
        }
        if (skip_special && vocabulary_.type(ids[i]) == TokenType::control) continue;
        text += bytes_[static_cast<std::size_t>(ids[i])];
    }
    return text;
}

}  // namespace

std::unique_ptr<const Tokenizer> make_byte_level_bpe(ByteLevelBpeData data, const std::string& source) {
    return std::make_unique<const ByteLevelBpe>(std::move(data), source);
}

}  // namespace anabranch::lm
