#pragma once

#include <cstdint>

#include "anabranch/lm/checkpoint/gguf_write.h"
#include "anabranch/lm/tokenizer/tokenizer_data.h"

namespace anabranch::lm {

/// The metadata with which a GGUF file carries this tokenizer; tokenizer_from_gguf reads it back. `rows`: of the
/// model's embedding, where llama.cpp wants a token for each; those that the vocabulary has not are spelt "[PAD7]".
[[nodiscard]] GgufMetadata tokenizer_to_gguf(const TokenizerData& tokenizer, std::int64_t rows);

}  // namespace anabranch::lm
