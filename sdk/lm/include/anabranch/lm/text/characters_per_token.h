#pragma once

#include <cstddef>
#include <cstdint>

namespace anabranch::lm {

/// The recipe's `chars_token_ratio`: characters over tokens of the first examples of a data set. One thread at a time.
class CharactersPerToken {
  public:
    static constexpr std::size_t recipe_examples = 400;

    explicit CharactersPerToken(std::size_t examples = recipe_examples) : examples_(examples) {}

    /// Adds an example: its code points (Python's `len`) and tokens, with the tokenizer's BOS if it has one. Those
    /// beyond the number asked for do not count.
    void add(std::size_t characters, std::size_t tokens);
    /// Enough examples were added.
    [[nodiscard]] bool complete() const { return added_ >= examples_; }
    /// An Error when no token was added.
    [[nodiscard]] double ratio() const;

  private:
    std::size_t examples_;
    std::size_t added_ = 0;
    std::uint64_t characters_ = 0;
    std::uint64_t tokens_ = 0;
};

}  // namespace anabranch::lm
