#include "added_tokens.h"

#include <algorithm>
#include <utility>

namespace anabranch::lm {

AddedTokens::AddedTokens(const Vocabulary& vocabulary, Normalise normalise) : normalise_(std::move(normalise)) {
    const auto& late = vocabulary.data().normalised;
    for (std::int64_t id = 0; id < static_cast<std::int64_t>(vocabulary.size()); ++id) {
        const TokenType type = vocabulary.type(id);
        if (type != TokenType::control && type != TokenType::unknown && type != TokenType::user_defined) continue;
        const bool after = normalise_ && std::ranges::find(late, id) != late.end();
        const std::string spelling = after ? normalise_(vocabulary.token(id)) : vocabulary.token(id);
        Tables& tables = after ? normalised_ : raw_;
        tables.all.add(spelling, id);
        if (type == TokenType::user_defined) tables.user_defined.add(spelling, id);
    }
}

}  // namespace anabranch::lm
