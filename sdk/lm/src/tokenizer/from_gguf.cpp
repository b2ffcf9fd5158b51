#include "anabranch/lm/tokenizer/from_gguf.h"

#include <string>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/sentencepiece/model_proto.h"
#include "anabranch/lm/tokenizer/byte_level_bpe.h"
#include "pre_tokenizer.h"
#include "sentencepiece_tokenizer.h"

namespace anabranch::lm {
namespace {

std::optional<std::int64_t> id_in(const GgufFile& file, std::string_view key) {
    const auto id = file.find<std::uint64_t>(key);
    if (id && !std::in_range<std::int64_t>(*id)) throw Error(cat(file.name(), ": ", key, " is ", *id));
    return id ? std::optional(static_cast<std::int64_t>(*id)) : std::nullopt;
}

std::vector<TokenType> types_in(const GgufFile& file) {
    std::vector<TokenType> types;
    const auto numbers = file.find<std::vector<std::int64_t>>("tokenizer.ggml.token_type");
    if (!numbers) return types;
    for (const std::int64_t number : *numbers) {
        if (number < 1 || number > 6) {
            throw Error(cat(file.name(), ": token ", types.size(), " has the type ", number, "; expected 1 to 6"));
        }
        types.push_back(static_cast<TokenType>(number));
    }
    return types;
}

void read_roles(const GgufFile& file, VocabularyData& vocabulary) {
    vocabulary.bos = id_in(file, "tokenizer.ggml.bos_token_id");
    vocabulary.eos = id_in(file, "tokenizer.ggml.eos_token_id");
    vocabulary.pad = id_in(file, "tokenizer.ggml.padding_token_id");
    vocabulary.unknown = id_in(file, "tokenizer.ggml.unknown_token_id");
    vocabulary.chat_template = file.find<std::string>("tokenizer.chat_template").value_or("");
    for (const char* key : {"tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"}) {
        if (const auto id = id_in(file, key)) vocabulary.stops.push_back(*id);
    }
}

VocabularyData vocabulary_in(const GgufFile& file) {
    VocabularyData vocabulary;
    vocabulary.tokens = file.get<std::vector<std::string>>("tokenizer.ggml.tokens");
    vocabulary.types = types_in(file);
    read_roles(file, vocabulary);
    return vocabulary;
}

std::unique_ptr<const Tokenizer> byte_level(const GgufFile& file) {
    ByteLevelBpeData data;
    const auto pre_tokenizer = file.find<std::string>("tokenizer.ggml.pre");
    if (!pre_tokenizer) {
        throw Error(cat(file.name(),
                        ": does not say how text is cut (tokenizer.ggml.pre is missing); convert the model ",
                        "again, or set it with gguf-new-metadata --pre-tokenizer to one of ", pre_tokenizer_names()));
    }
    data.pre_tokenizer = *pre_tokenizer;
    data.merges = file.get<std::vector<std::string>>("tokenizer.ggml.merges");
    data.vocabulary = vocabulary_in(file);
    const auto known = find_pre_tokenizer(data.pre_tokenizer);
    data.vocabulary.add_bos = file.find<bool>("tokenizer.ggml.add_bos_token").value_or(known && known->add_bos);
    return make_byte_level_bpe(std::move(data), file.name());
}

// The same pieces, scores and types as a model of SentencePiece.
std::unique_ptr<const Tokenizer> sentencepiece(const GgufFile& file) {
    SentencePieceData data;
    data.vocabulary = vocabulary_in(file);
    VocabularyData& vocabulary = data.vocabulary;
    vocabulary.add_bos = file.find<bool>("tokenizer.ggml.add_bos_token").value_or(true);
    const auto scores = file.get<std::vector<float>>("tokenizer.ggml.scores");
    if (scores.size() != vocabulary.tokens.size() || vocabulary.types.size() != vocabulary.tokens.size()) {
        throw Error(cat(file.name(), ": the vocabulary has ", vocabulary.tokens.size(), " tokens, but ", scores.size(),
                        " scores and ", vocabulary.types.size(), " types"));
    }
    SentencePieceProto proto{{}, vocabulary.bos, vocabulary.eos, vocabulary.pad};
    proto.add_dummy_prefix = file.find<bool>("tokenizer.ggml.add_space_prefix").value_or(true);
    for (std::size_t id = 0; id < scores.size(); ++id)
        proto.pieces.push_back({vocabulary.tokens[id], scores[id], vocabulary.types[id]});
    data.model = write_sentencepiece(proto);
    return make_sentencepiece(std::move(data), file.name());
}

}  // namespace

std::unique_ptr<const Tokenizer> tokenizer_from_gguf(const GgufFile& file) {
    const auto model = file.get<std::string>("tokenizer.ggml.model");
    if (model == "gpt2") return byte_level(file);
    if (model == "llama") return sentencepiece(file);
    throw Error(cat(file.name(), ": the vocabulary (tokenizer.ggml.model) is of the kind \"", model,
                    "\"; supported are \"gpt2\", byte-level BPE, and \"llama\", SentencePiece's"));
}

}  // namespace anabranch::lm
