#pragma once

#include <memory>
#include <string>
#include <vector>

#include "anabranch/lm/tokenizer/tokenizer.h"
#include "anabranch/lm/tokenizer/vocabulary.h"

namespace anabranch::lm {

/// A byte-level BPE tokenizer (GPT-2's kind) as plain data.
struct ByteLevelBpeData {
    VocabularyData vocabulary;
    std::vector<std::string> merges;  // "left right", those that go first in front
    std::string pre_tokenizer;        // "gpt-2", "smollm" or "llama-bpe"
};

/// Builds the tokenizer. Control and user-defined tokens are found in the text as they are spelt. Errors, which begin
/// with `source`: a token twice, a merge of or into tokens that are not in the vocabulary, an unknown pre-tokenizer.
///
/// A text with a byte that has no token (some vocabularies leave out control characters) is an Error when it is
/// encoded.
[[nodiscard]] std::unique_ptr<const Tokenizer> make_byte_level_bpe(ByteLevelBpeData data, const std::string& source);

}  // namespace anabranch::lm
