#pragma once

#include <memory>
#include <string>

#include "anabranch/lm/tokenizer/tokenizer.h"

namespace anabranch::lm {

/// A SentencePiece tokenizer as plain data.
struct SentencePieceData {
    std::string model;          // the bytes of a tokenizer.model
    VocabularyData vocabulary;  // its pieces, then tokens added behind them; roles
};

/// Control tokens, which libsentencepiece never finds in a text, and added ones are found as they are spelt; each part
/// of the text between them is encoded on its own. Errors begin with `source`.
[[nodiscard]] std::unique_ptr<const Tokenizer> make_sentencepiece(SentencePieceData data, const std::string& source);

}  // namespace anabranch::lm
