#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "anabranch/lm/tokenizer/byte_level_bpe.h"
#include "tokenizer/byte_alphabet.h"

/// A vocabulary of the 256 bytes, whose ids are the bytes, and of what the merges make, in their order from 256 on.
inline anabranch::lm::ByteLevelBpeData byte_level_data(std::vector<std::string> merges) {
    anabranch::lm::ByteLevelBpeData data;
    auto& tokens = data.vocabulary.tokens;
    for (int byte = 0; byte < 256; ++byte) {
        tokens.push_back(anabranch::lm::spelling_of_byte(static_cast<std::uint8_t>(byte)));
    }
    for (const std::string& merge : merges) {
        const std::size_t blank = merge.find(' ');
        tokens.push_back(merge.substr(0, blank) + merge.substr(blank + 1));
    }
    data.vocabulary.types.assign(tokens.size(), anabranch::lm::TokenType::normal);
    data.merges = std::move(merges);
    data.pre_tokenizer = "gpt-2";
    return data;
}

/// Adds a token that is found in the text as it is spelt; gives its id.
inline std::int64_t add_special(anabranch::lm::ByteLevelBpeData& data, const std::string& token,
                                anabranch::lm::TokenType type = anabranch::lm::TokenType::control) {
    data.vocabulary.tokens.push_back(token);
    data.vocabulary.types.push_back(type);
    return static_cast<std::int64_t>(data.vocabulary.tokens.size()) - 1;
}
