#pragma once

#include <memory>

#include "anabranch/lm/json/json.h"
#include "anabranch/lm/tokenizer/tokenizer.h"
#include "folder_settings.h"

namespace anabranch::lm {

/// The tokenizer of a tokenizer.json (Hugging Face tokenizers): BPE, byte-level or SentencePiece-like.
[[nodiscard]] std::unique_ptr<const Tokenizer> tokenizer_from_json(const Json& json, const FolderSettings& settings,
                                                                   const std::string& source);

}  // namespace anabranch::lm
