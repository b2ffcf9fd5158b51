#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "anabranch/lm/text/regular_expression.h"

namespace anabranch::lm {

/// Where the piece that begins at `begin` ends; the text is valid UTF-8 and `begin` is before its end.
using PieceEnd = std::size_t (*)(std::string_view text, std::size_t begin);

/// A way to cut text into the pieces that are merged on their own, as the model's tokenizer was trained.
struct PreTokenizer {
    PieceEnd piece_end;
    bool whole_words_first;  // a piece that is a token is taken as it is, whatever the merges say
    bool add_bos;            // what a file means that does not say
};

/// By the name that GGUF files use (tokenizer.ggml.pre), or nothing.
[[nodiscard]] std::optional<PreTokenizer> find_pre_tokenizer(std::string_view name);

/// The names there are, for messages.
[[nodiscard]] std::string pre_tokenizer_names();

/// The regular expression that cuts as GPT-2 does.
extern const std::string_view gpt2_expression;

/// The name for cutting by these expressions one after the other, each cutting the pieces of the one before into its
/// matches and what stands between them; nothing when it has no name.
[[nodiscard]] std::optional<std::string> name_of_expressions(std::span<const std::string> expressions);

/// Cuts at the matches of one expression.
class Cut {
  public:
    explicit Cut(PieceEnd piece_end) : piece_end_(piece_end) {}
    explicit Cut(const std::string& expression) : expression_(expression) {}

    [[nodiscard]] std::size_t piece_end(std::string_view text, std::size_t begin) const {
        if (piece_end_ != nullptr) return piece_end_(text, begin);
        const auto match = expression_->find(text, begin);
        if (!match) return text.size();
        return match->begin == begin ? match->end : match->begin;
    }

  private:
    PieceEnd piece_end_ = nullptr;
    std::optional<RegularExpression> expression_;
};

}  // namespace anabranch::lm
