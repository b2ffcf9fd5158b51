#include "anabranch/lm/tokenizer/to_gguf.h"

#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

// As the converter of llama.cpp scores what has no score: never chosen.
constexpr float unused_score = -10000.0F;

}  // namespace

GgufMetadata tokenizer_to_gguf(const TokenizerData& tokenizer, std::int64_t rows) {
    std::vector<std::string> tokens = tokenizer.vocabulary.tokens;
    const std::size_t known = tokens.size();
    const auto wanted = static_cast<std::size_t>(rows);
    if (known > wanted) throw Error(cat("a tokenizer of ", known, " tokens for an embedding of ", rows, " rows"));
    std::vector<std::int32_t> types(known, static_cast<std::int32_t>(TokenType::normal));
    for (std::size_t i = 0; i < tokenizer.vocabulary.types.size(); ++i)
        types[i] = static_cast<std::int32_t>(tokenizer.vocabulary.types[i]);
    for (std::size_t i = known; i < wanted; ++i) tokens.push_back(cat("[PAD", i, "]"));
    types.resize(wanted, static_cast<std::int32_t>(TokenType::unused));

    const bool sentence_piece = tokenizer.model == "llama";
    GgufMetadata metadata;
    const auto add = [&](const char* name, auto value) {
        metadata.emplace_back(cat("tokenizer.ggml.", name), std::move(value));
    };
    add("model", tokenizer.model);
    add("pre", sentence_piece ? std::string("default") : tokenizer.pre_tokenizer);
    add("tokens", std::move(tokens));
    add("token_type", std::move(types));
    if (sentence_piece) {
        std::vector<float> scores = tokenizer.scores;
        scores.resize(wanted, unused_score);
        add("scores", std::move(scores));
        add("add_space_prefix", tokenizer.add_space_prefix);
    } else {
        add("merges", tokenizer.merges);
    }
    const auto add_id = [&](const char* name, std::optional<std::int64_t> id) {
        if (id) add(name, static_cast<std::uint32_t>(*id));
    };
    add_id("bos_token_id", tokenizer.vocabulary.bos);
    add_id("eos_token_id", tokenizer.vocabulary.eos);
    add_id("unknown_token_id", tokenizer.vocabulary.unknown);
    add_id("padding_token_id", tokenizer.vocabulary.pad);
    const auto& stops = tokenizer.vocabulary.stops;  // besides eos: of a turn, of a message
    if (!stops.empty()) add_id("eot_token_id", stops[0]);
    if (stops.size() > 1) add_id("eom_token_id", stops[1]);
    add("add_bos_token", tokenizer.vocabulary.add_bos);
    add("add_eos_token", false);
    const std::string& chat = tokenizer.vocabulary.chat_template;
    if (!chat.empty()) metadata.emplace_back("tokenizer.chat_template", chat);
    return metadata;
}

}  // namespace anabranch::lm
