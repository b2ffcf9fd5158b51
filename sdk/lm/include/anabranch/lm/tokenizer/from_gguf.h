#pragma once

#include <memory>

#include "anabranch/lm/checkpoint/gguf.h"
#include "anabranch/lm/tokenizer/tokenizer.h"

namespace anabranch::lm {

/// The tokenizer that a GGUF file carries. It keeps nothing of the file. A kind of vocabulary or a pre-tokenizer that
/// is not supported is an Error that names the file, what it has, and what is supported.
[[nodiscard]] std::unique_ptr<const Tokenizer> tokenizer_from_gguf(const GgufFile& file);

}  // namespace anabranch::lm
