#pragma once

#include <anabranch/lm/tokenizer/tokenizer.h>

namespace anabranch::lm {

/// The interface of the capability "tokenizer": resources that carry one (a model, a tokenizer file) inherit it beside
/// Resource. The tokenizer lives as long as the resource and never changes.
class TokenizerSource {
  public:
    virtual ~TokenizerSource() = default;
    [[nodiscard]] virtual const Tokenizer& tokenizer() const = 0;
};

}  // namespace anabranch::lm
