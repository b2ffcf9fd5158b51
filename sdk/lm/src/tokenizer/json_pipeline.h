#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anabranch/lm/json/json.h"
#include "piece_decoder.h"

namespace anabranch::lm {

/// `normalizer` of a tokenizer.json.
struct JsonNormaliser {
    bool compose = false;  // NFC
    bool prepend = false;  // U+2581 in front
    bool replace = false;  // spaces become U+2581
};

/// `pre_tokenizer`.
struct JsonPreTokenizer {
    std::vector<std::string> expressions;  // each cuts into matches and the rest
    bool byte_level = false;
    bool prefix_space = false;
    std::optional<SpacePrefix> metaspace;
    bool split_words = false;
};

/// The member `key` of a tokenizer.json; null and missing are empty. What is not supported is an Error with its place.
[[nodiscard]] JsonNormaliser read_normaliser(const Json& tokenizer);
[[nodiscard]] JsonPreTokenizer read_pre_tokenizer(const Json& tokenizer);
/// The token that `post_processor` puts in front of a text, if it does.
[[nodiscard]] std::optional<std::int64_t> read_leading_token(const Json& tokenizer);

}  // namespace anabranch::lm
