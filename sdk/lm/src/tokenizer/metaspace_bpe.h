#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anabranch/lm/tokenizer/tokenizer.h"
#include "piece_decoder.h"

namespace anabranch::lm {

/// BPE over characters, spaces written as U+2581: how tokenizer.json has SentencePiece's models. As plain data.
struct MetaspaceBpeData {
    VocabularyData vocabulary;
    std::vector<std::string> merges;  // "left right", those that go first in front
    // Normaliser, for each part of the text between tokens that are found as they are spelt.
    bool prepend = false;  // U+2581 goes in front
    bool replace = false;  // spaces become U+2581
    // Pre-tokenizer, behind the search for tokens in normalised text.
    std::optional<SpacePrefix> metaspace{};  // spaces become U+2581; one goes in front, where there is none yet
    bool split_words = false;                // what begins with U+2581 is merged on its own
    // Model.
    bool byte_fallback = false;      // characters without a token become their bytes' tokens
    bool fuse_unknown = false;       // neighbours without a token become one unknown token
    bool whole_words_first = false;  // a piece that is a token needs no merges
};

/// Errors begin with `source`: a merge of or into tokens that are not in the vocabulary, byte tokens missing. A
/// character that has no token, where there is no unknown token either, is an Error when it is encoded.
[[nodiscard]] std::unique_ptr<const Tokenizer> make_metaspace_bpe(MetaspaceBpeData data, const std::string& source);

}  // namespace anabranch::lm
