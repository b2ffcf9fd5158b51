#include "anabranch/lm/tokenizer/to_huggingface.h"

#include "anabranch/error.h"
#include "anabranch/lm/json/writer.h"
#include "anabranch/lm/sentencepiece/model_proto.h"
#include "pre_tokenizer.h"

namespace anabranch::lm {
namespace {

bool is_added(TokenType type) {
    return type == TokenType::control || type == TokenType::user_defined;
}

/// Calls `visit(id, token, special)` for the tokens that are found in a text as they are spelt.
template <typename Visit>
void for_added(const VocabularyData& vocabulary, Visit visit) {
    for (std::size_t id = 0; id < vocabulary.types.size(); ++id) {
        const TokenType type = vocabulary.types[id];
        if (is_added(type)) visit(id, vocabulary.tokens[id], type == TokenType::control);
    }
}

void write_added(JsonWriter& json, const std::string& token, bool special) {
    json.key("content").value(token);
    for (const char* no : {"single_word", "lstrip", "rstrip", "normalized"}) json.key(no).value(false);
    json.key("special").value(special);
}

std::string added_tokens(const VocabularyData& vocabulary) {
    JsonWriter json;
    json.begin_array();
    for_added(vocabulary, [&](std::size_t id, const std::string& token, bool special) {
        json.begin_object().key("id").value(id);
        write_added(json, token, special);
        json.end_object();
    });
    return json.end_array().take();
}

void sequence(JsonWriter& json, const char* kind, const std::string& id, int type) {
    json.begin_object().key(kind).begin_object().key("id").value(id).key("type_id").value(type);
    json.end_object().end_object();
}

/// What stands before each text: the bos token, where the model was trained with it.
std::string post_processor(const VocabularyData& vocabulary) {
    if (!vocabulary.add_bos || !vocabulary.bos) return "null";
    const std::string& bos = vocabulary.tokens[static_cast<std::size_t>(*vocabulary.bos)];
    JsonWriter json;
    json.begin_object().key("type").value("TemplateProcessing").key("single").begin_array();
    sequence(json, "SpecialToken", bos, 0);
    sequence(json, "Sequence", "A", 0);
    json.end_array().key("pair").begin_array();
    sequence(json, "SpecialToken", bos, 0);
    sequence(json, "Sequence", "A", 0);
    sequence(json, "SpecialToken", bos, 1);
    sequence(json, "Sequence", "B", 1);
    json.end_array().key("special_tokens").begin_object().key(bos).begin_object().key("id").value(bos);
    json.key("ids").begin_array().value(*vocabulary.bos).end_array();
    json.key("tokens").begin_array().value(bos).end_array();
    return json.end_object().end_object().end_object().take();
}

std::string byte_level_model(const TokenizerData& tokenizer, bool whole_words_first) {
    JsonWriter json;
    json.begin_object().key("type").value("BPE");
    for (const char* none : {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"})
        json.key(none).null();
    for (const char* no : {"fuse_unk", "byte_fallback"}) json.key(no).value(false);
    json.key("ignore_merges").value(whole_words_first).key("vocab").begin_object();
    const auto& tokens = tokenizer.vocabulary.tokens;
    for (std::size_t id = 0; id < tokens.size(); ++id) json.key(tokens[id]).value(id);
    json.end_object().key("merges").begin_array();
    for (const std::string& merge : tokenizer.merges) json.value(merge);
    return json.end_array().end_object().take();
}

/// The cut into pieces that GGUF files name so, as a tokenizer.json says it.
std::string_view pre_tokenizer(const std::string& name) {
    if (name == "smollm") {
        return R"({"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},)"
               R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]})";
    }
    if (name == "llama-bpe") {
        return R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":)"
               R"("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|)"
               R"(\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},)"
               R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]})";
    }
    if (name == "default" || name == "gpt-2" || name == "gpt2")
        return R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true})";
    throw Error(cat("the pre-tokenizer \"", name, "\" has no form in a tokenizer.json yet; there are forms for gpt-2, ",
                    "smollm and llama-bpe"));
}

std::string byte_level_file(const TokenizerData& tokenizer) {
    const auto named = find_pre_tokenizer(tokenizer.pre_tokenizer);
    const bool whole_words_first = named && named->whole_words_first;
    return cat(R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":)",
               added_tokens(tokenizer.vocabulary), R"(,"normalizer":null,"pre_tokenizer":)",
               pre_tokenizer(tokenizer.pre_tokenizer), R"(,"post_processor":)", post_processor(tokenizer.vocabulary),
               R"(,"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true})",
               R"(,"model":)", byte_level_model(tokenizer, whole_words_first), "}");
}

std::string sentencepiece_file(const TokenizerData& tokenizer) {
    const VocabularyData& vocabulary = tokenizer.vocabulary;
    SentencePieceProto proto{{}, vocabulary.bos, vocabulary.eos, vocabulary.pad, tokenizer.add_space_prefix};
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
        proto.pieces.push_back({vocabulary.tokens[id], tokenizer.scores.at(id), vocabulary.types.at(id)});
    return write_sentencepiece(proto);
}

/// tokenizer_config.json: what the vocabulary's file does not say.
std::string settings(const TokenizerData& tokenizer, const char* tokenizer_class, std::int64_t context) {
    const VocabularyData& vocabulary = tokenizer.vocabulary;
    JsonWriter json;
    json.begin_object().key("tokenizer_class").value(tokenizer_class);
    json.key("model_max_length").value(context).key("clean_up_tokenization_spaces").value(false);
    json.key("add_bos_token").value(vocabulary.add_bos).key("add_eos_token").value(false).key("legacy").value(true);
    const auto role = [&](const char* name, std::optional<std::int64_t> id) {
        if (id) json.key(name).value(vocabulary.tokens[static_cast<std::size_t>(*id)]);
    };
    role("bos_token", vocabulary.bos);
    role("eos_token", vocabulary.eos);
    role("pad_token", vocabulary.pad);
    role("unk_token", vocabulary.unknown);
    json.key("added_tokens_decoder").begin_object();
    for_added(vocabulary, [&](std::size_t id, const std::string& token, bool special) {
        json.key(std::to_string(id)).begin_object();
        write_added(json, token, special);
        json.end_object();
    });
    json.end_object();
    if (!vocabulary.chat_template.empty()) json.key("chat_template").value(vocabulary.chat_template);
    return json.end_object().take();
}

}  // namespace

std::map<std::string, std::string> tokenizer_to_huggingface(const TokenizerData& tokenizer, std::int64_t context) {
    // "legacy": each part of a text between special tokens gets its space prefix, as SentencePiece itself does it.
    if (tokenizer.model == "llama") {
        return {{"tokenizer.model", sentencepiece_file(tokenizer)},
                {"tokenizer_config.json", settings(tokenizer, "LlamaTokenizer", context)}};
    }
    return {{"tokenizer.json", byte_level_file(tokenizer)},
            {"tokenizer_config.json", settings(tokenizer, "PreTrainedTokenizerFast", context)}};
}

}  // namespace anabranch::lm
