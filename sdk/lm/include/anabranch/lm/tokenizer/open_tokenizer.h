#pragma once

#include <filesystem>
#include <memory>

#include "anabranch/lm/tokenizer/tokenizer.h"

namespace anabranch::lm {

/// The tokenizer at `path`: of a GGUF file; of a Hugging Face folder with tokenizer.json or, if it has none,
/// tokenizer.model (roles of tokens by tokenizer_config.json, special_tokens_map.json, generation_config.json and
/// config.json beside it); or one of these two files, with what stands beside it. Errors name the file and the place.
[[nodiscard]] std::unique_ptr<const Tokenizer> open_tokenizer(const std::filesystem::path& path);

}  // namespace anabranch::lm
