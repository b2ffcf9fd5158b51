#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anabranch/lm/tokenizer/tokenizer.h"
#include "anabranch/lm/tokenizer/vocabulary.h"

namespace anabranch::lm {

/// A byte-level BPE tokenizer (GPT-2's kind) as plain data.
struct ByteLevelBpeData {
    VocabularyData vocabulary;
    std::vector<std::string> merges;  // "left right", those that go first in front
    std::string pre_tokenizer;        // GGUF's name of it, "gpt-2"; empty: `expressions` say how text is cut

    std::vector<std::string> expressions{};   // each cuts the pieces of the one before into matches and the rest
    std::optional<bool> whole_words_first{};  // a piece that is a token needs no merges; default: as pre_tokenizer
    bool prefix_space = false;                // a text that does not begin with a space gets one
    bool compose = false;                     // text is brought into Unicode's form NFC
};

/// Builds the tokenizer. Control and user-defined tokens are found in the text as they are spelt. Errors, which begin
/// with `source`: a token twice, a merge of or into tokens that are not in the vocabulary, an unknown pre-tokenizer.
///
/// With `prefix_space` or `compose` decoding gives what they made of the text.
///
/// A text with a byte that has no token (some vocabularies leave out control characters) is an Error when it is
/// encoded.
[[nodiscard]] std::unique_ptr<const Tokenizer> make_byte_level_bpe(ByteLevelBpeData data, const std::string& source);

}  // namespace anabranch::lm
