#include "anabranch/lm/text/characters_per_token.h"

#include "anabranch/error.h"

namespace anabranch::lm {

void CharactersPerToken::add(std::size_t characters, std::size_t tokens) {
    if (complete()) return;
    ++added_;
    characters_ += characters;
    tokens_ += tokens;
}

double CharactersPerToken::ratio() const {
    if (tokens_ == 0) throw Error(cat("characters per token: there is no token in ", added_, " examples"));
    return static_cast<double>(characters_) / static_cast<double>(tokens_);
}

}  // namespace anabranch::lm
