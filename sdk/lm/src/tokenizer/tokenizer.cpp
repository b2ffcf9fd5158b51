#include "anabranch/lm/tokenizer/tokenizer.h"

#include "anabranch/error.h"

namespace anabranch::lm {

std::vector<std::int64_t> Tokenizer::stops() const {
    std::vector<std::int64_t> ids;
    if (const auto id = eos()) ids.push_back(*id);
    return ids;
}

TokenizerData Tokenizer::data() const {
    throw Error("this tokenizer has no form in a model file");
}

}  // namespace anabranch::lm
