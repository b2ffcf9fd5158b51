#include "from_json.h"

#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/tokenizer/byte_level_bpe.h"
#include "json_pipeline.h"
#include "metaspace_bpe.h"
#include "pre_tokenizer.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t most_tokens = 1U << 24U;

bool truth(const Json& json, std::string_view key) {
    const auto value = json.find(key);
    return value && !value->is_null() && value->boolean();
}

void check_model(const Json& model) {
    if (const auto type = model.find("type"); type && type->string() != "BPE")
        type->fail(cat("is \"", type->string(), "\"; supported is \"BPE\""));
    if (const auto value = model.find("dropout"); value && !value->is_null() && value->number() != 0)
        value->fail("is not null: cutting at random is not supported");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        if (const auto value = model.find(key); value && !value->is_null() && !value->string().empty())
            value->fail("is not empty, which is not supported");
    }
}

std::vector<std::string> merges_of(const Json& model) {
    std::vector<std::string> merges;
    const Json list = model.at("merges");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json merge = list.at(i);
        if (merge.kind() != Json::Kind::array) {
            merges.push_back(merge.string());
        } else {
            if (merge.size() != 2) merge.fail("should hold two tokens");
            merges.push_back(merge.at(0).string() + " " + merge.at(1).string());
        }
    }
    return merges;
}

/// Puts a token at its id.
void place(const Json& where, std::int64_t id, const std::string& token,
           std::vector<std::optional<std::string>>& into) {
    if (id < 0 || std::cmp_greater_equal(id, most_tokens)) where.fail(cat("gives \"", token, "\" the id ", id));
    const auto i = static_cast<std::size_t>(id);
    if (i >= into.size()) into.resize(i + 1);
    if (into[i] && *into[i] != token)
        where.fail(cat("gives \"", token, "\" the id ", id, ", which \"", *into[i], "\" has"));
    into[i] = token;
}

VocabularyData vocabulary_of(const Json& json, bool byte_fallback) {
    std::vector<std::optional<std::string>> tokens;
    const Json vocabulary = json.at("model").at("vocab");
    for (std::size_t i = 0; i < vocabulary.size(); ++i)
        place(vocabulary, vocabulary.member(i).integer(), vocabulary.key(i), tokens);
    const auto added = json.find("added_tokens");
    const std::size_t count = added ? added->size() : 0;
    for (std::size_t i = 0; i < count; ++i)
        place(added->at(i), added->at(i).at("id").integer(), added->at(i).at("content").string(), tokens);

    VocabularyData data;
    for (auto& token : tokens) {
        if (!token)
            json.fail(cat("gives no token the id ", data.tokens.size(), ", but ids go up to ", tokens.size() - 1));
        data.tokens.push_back(*std::move(token));
    }
    data.types.assign(data.tokens.size(), TokenType::normal);
    for (std::size_t i = 0; byte_fallback && i < data.tokens.size(); ++i) {
        if (data.tokens[i].size() == 6 && data.tokens[i].starts_with("<0x")) data.types[i] = TokenType::byte;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const Json token = added->at(i);
        for (const char* key : {"lstrip", "rstrip", "single_word"}) {
            if (truth(token, key)) token.at(key).fail("is true, which is not supported");
        }
        const std::int64_t id = token.at("id").integer();
        data.types[static_cast<std::size_t>(id)] =
            truth(token, "special") ? TokenType::control : TokenType::user_defined;
        if (truth(token, "normalized")) data.normalised.push_back(id);
    }
    return data;
}

}  // namespace

std::unique_ptr<const Tokenizer> tokenizer_from_json(const Json& json, const FolderSettings& settings,
                                                     const std::string& source) {
    const Json model = json.at("model");
    check_model(model);
    const JsonNormaliser normaliser = read_normaliser(json);
    const JsonPreTokenizer cutting = read_pre_tokenizer(json);
    const bool byte_fallback = truth(model, "byte_fallback");
    const auto leading = read_leading_token(json);

    VocabularyData vocabulary = vocabulary_of(json, byte_fallback);
    if (const auto unknown = model.find("unk_token"); unknown && !unknown->is_null()) {
        const auto id = model.at("vocab").find(unknown->string());
        if (!id) unknown->fail(cat("is \"", unknown->string(), "\", which is not in the vocabulary"));
        vocabulary.unknown = id->integer();
    }
    vocabulary.bos = leading;
    vocabulary.add_bos = settings.add_bos.value_or(leading || settings.tokenizer_class.starts_with("Llama"));
    apply_roles(settings, vocabulary, source);

    const bool marked = normaliser.replace || cutting.metaspace;
    if (cutting.byte_level && !marked && !normaliser.prepend) {
        ByteLevelBpeData data{std::move(vocabulary), merges_of(model), ""};
        data.pre_tokenizer = name_of_expressions(cutting.expressions).value_or("");
        data.expressions = cutting.expressions;
        data.whole_words_first = truth(model, "ignore_merges");
        data.prefix_space = cutting.prefix_space;
        data.compose = normaliser.compose;
        return make_byte_level_bpe(std::move(data), source);
    }
    if (!marked || cutting.byte_level || normaliser.compose || !cutting.expressions.empty()) {
        json.fail("is neither byte-level BPE (pre_tokenizer ByteLevel) nor SentencePiece-like (a space becomes " +
                  std::string(space_mark) + "); no other kind is supported");
    }
    MetaspaceBpeData data{std::move(vocabulary), merges_of(model)};
    data.prepend = normaliser.prepend;
    data.replace = normaliser.replace;
    data.metaspace = cutting.metaspace;
    data.split_words = cutting.split_words;
    data.byte_fallback = byte_fallback;
    data.fuse_unknown = truth(model, "fuse_unk");
    data.whole_words_first = truth(model, "ignore_merges");
    return make_metaspace_bpe(std::move(data), source);
}

}  // namespace anabranch::lm
