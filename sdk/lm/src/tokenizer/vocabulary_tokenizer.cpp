#include "vocabulary_tokenizer.h"

#include "anabranch/error.h"

namespace anabranch::lm {

void VocabularyTokenizer::check_ids(std::span<const std::int64_t> ids) const {
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] >= 0 && ids[i] < vocabulary_size()) continue;
        throw Error(cat("token ", i, " to decode has the id ", ids[i], ", outside the vocabulary of ",
                        vocabulary_size(), " tokens"));
    }
}

}  // namespace anabranch::lm
