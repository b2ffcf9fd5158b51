#include "anabranch/lm/tokenizer/tokenizer.h"

#include "anabranch/error.h"

namespace anabranch::lm {

TokenizerData Tokenizer::data() const {
    throw Error("this tokenizer has no form in a model file");
}

}  // namespace anabranch::lm
