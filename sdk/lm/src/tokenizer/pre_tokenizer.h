#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// A way to cut text into the pieces that are merged on their own, as the model's tokenizer was trained. It tells where
/// the piece that begins at `begin` ends; the text is valid UTF-8 and `begin` is before its end.
struct PreTokenizer {
    std::size_t (*piece_end)(std::string_view text, std::size_t begin);
    bool whole_words_first;  // a piece that is a token is taken as it is, whatever the merges say
    bool add_bos;            // what a file means that does not say
};

/// By the name that GGUF files use (tokenizer.ggml.pre), or nothing.
[[nodiscard]] std::optional<PreTokenizer> find_pre_tokenizer(std::string_view name);

/// The names there are, for messages.
[[nodiscard]] std::string pre_tokenizer_names();

}  // namespace anabranch::lm
