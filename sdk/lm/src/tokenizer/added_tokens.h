#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/tokenizer/vocabulary.h"
#include "special_tokens.h"

namespace anabranch::lm {

/// The control and user-defined tokens of a vocabulary, which are found in a text as they are spelt: some before it is
/// normalised, some after.
class AddedTokens {
  public:
    using Normalise = std::function<std::string(std::string_view)>;

    /// Without `normalise` text stays as it is. The spelling of `VocabularyData::normalised` tokens is normalised too.
    explicit AddedTokens(const Vocabulary& vocabulary, Normalise normalise = {});

    /// Adds the ids of a text. `plain(piece, first)` adds those of what stands between the tokens, normalised;
    /// `first`: it begins the text. Without `parse_special` control tokens are text like any other.
    template <typename Plain>
    void encode(std::string_view text, bool parse_special, std::vector<std::int64_t>& ids, Plain plain) const {
        part(raw_.of(parse_special), text, ids, [&](std::string_view piece, bool first) {
            if (!normalise_) return plain(piece, first);
            const std::string normal = normalise_(piece);
            part(normalised_.of(parse_special), normal, ids,
                 [&](std::string_view rest, bool begins) { plain(rest, first && begins); });
        });
    }

  private:
    struct Tables {
        SpecialTokens all;
        SpecialTokens user_defined;
        [[nodiscard]] const SpecialTokens& of(bool parse_special) const { return parse_special ? all : user_defined; }
    };

    template <typename Visit>
    static void part(const SpecialTokens& tokens, std::string_view text, std::vector<std::int64_t>& ids, Visit visit) {
        std::size_t begin = 0;
        while (const auto match = tokens.find(text, begin)) {
            if (match->begin > begin) visit(text.substr(begin, match->begin - begin), begin == 0);
            ids.push_back(match->id);
            begin = match->end;
        }
        if (begin < text.size()) visit(text.substr(begin), begin == 0);
    }

    Normalise normalise_;
    Tables raw_;
    Tables normalised_;
};

}  // namespace anabranch::lm
