#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/tokenizer/vocabulary.h"

namespace anabranch::lm {

/// What of a SentencePiece model (ModelProto of sentencepiece_model.proto, a tokenizer.model file) others ask for.
struct SentencePieceProto {
    struct Piece {
        std::string text;
        float score = 0;
        TokenType type = TokenType::normal;  // the numbers of GGUF are SentencePiece's
    };
    std::vector<Piece> pieces;  // by id
    std::optional<std::int64_t> bos;
    std::optional<std::int64_t> eos;
    std::optional<std::int64_t> pad;
    bool add_dummy_prefix = true;  // a text is read as if a space stood before it
};

/// Reads a tokenizer.model's bytes; `source` begins the messages of errors.
[[nodiscard]] SentencePieceProto read_sentencepiece(std::string_view bytes, const std::string& source);

/// The bytes of a BPE model that cuts as LLaMA's do: text is not normalised, characters that no piece has become bytes
/// where there are byte pieces.
[[nodiscard]] std::string write_sentencepiece(const SentencePieceProto& proto);

}  // namespace anabranch::lm
