#include "anabranch/lm/tokenizer/from_gguf.h"

#include <string>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/tokenizer/byte_level_bpe.h"
#include "pre_tokenizer.h"

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

void check_model(const GgufFile& file) {
    const auto model = file.get<std::string>("tokenizer.ggml.model");
    if (model == "gpt2") return;
    throw Error(cat(file.name(), ": the vocabulary (tokenizer.ggml.model) is of the kind \"", model, "\"",
                    model == "llama" ? ", SentencePiece's" : "",
                    "; supported is \"gpt2\", byte-level BPE. Use a model that has one, as SmolLM2 and LLaMA 3 do"));
}

}  // namespace

std::unique_ptr<const Tokenizer> tokenizer_from_gguf(const GgufFile& file) {
    check_model(file);
    ByteLevelBpeData data;
    const auto pre_tokenizer = file.find<std::string>("tokenizer.ggml.pre");
    if (!pre_tokenizer) {
        throw Error(cat(file.name(),
                        ": does not say how text is cut (tokenizer.ggml.pre is missing); convert the model ",
                        "again, or set it with gguf-new-metadata --pre-tokenizer to one of ", pre_tokenizer_names()));
    }
    data.pre_tokenizer = *pre_tokenizer;
    data.merges = file.get<std::vector<std::string>>("tokenizer.ggml.merges");
    data.vocabulary.tokens = file.get<std::vector<std::string>>("tokenizer.ggml.tokens");
    data.vocabulary.types = types_in(file);
    data.vocabulary.bos = id_in(file, "tokenizer.ggml.bos_token_id");
    data.vocabulary.eos = id_in(file, "tokenizer.ggml.eos_token_id");
    data.vocabulary.pad = id_in(file, "tokenizer.ggml.padding_token_id");
    data.vocabulary.unknown = id_in(file, "tokenizer.ggml.unknown_token_id");
    data.vocabulary.chat_template = file.find<std::string>("tokenizer.chat_template").value_or("");
    const auto known = find_pre_tokenizer(data.pre_tokenizer);
    data.vocabulary.add_bos = file.find<bool>("tokenizer.ggml.add_bos_token").value_or(known && known->add_bos);
    return make_byte_level_bpe(std::move(data), file.name());
}

}  // namespace anabranch::lm
