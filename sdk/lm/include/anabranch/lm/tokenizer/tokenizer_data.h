#pragma once

#include <string>
#include <vector>

#include "anabranch/lm/tokenizer/vocabulary.h"

namespace anabranch::lm {

/// What a tokenizer is made of, in the terms of GGUF files whatever it was read from: for writing it into another file.
struct TokenizerData {
    std::string model;  // "gpt2": byte-level BPE | "llama": SentencePiece
    VocabularyData vocabulary;
    std::vector<std::string> merges;  // of "gpt2"
    std::string pre_tokenizer;        // of "gpt2"
    std::vector<float> scores;        // of "llama", by id
    bool add_space_prefix = true;     // of "llama": a text is read as if a space stood before it
};

}  // namespace anabranch::lm
