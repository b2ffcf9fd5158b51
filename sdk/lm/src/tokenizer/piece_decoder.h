#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/tokenizer/vocabulary.h"

namespace anabranch::lm {

/// U+2581, which stands for a space in SentencePiece's vocabularies.
inline constexpr std::string_view space_mark = "\u2581";

/// The text with each space as `space_mark`.
[[nodiscard]] std::string mark_spaces(std::string_view text);

/// Where encoding puts a space of its own in front: decoding takes it away again.
enum class SpacePrefix : std::uint8_t { none, first, every };  // of no text, of the text, of each part between tokens

/// "<0x0A>": how a byte token is spelt.
[[nodiscard]] std::string byte_token(unsigned byte);

/// Turns ids of a SentencePiece-like vocabulary back into text.
class PieceDecoder {
  public:
    /// `part_ends`: by id, whether a part ends at this token, behind which SpacePrefix::every puts a space.
    PieceDecoder(const Vocabulary& vocabulary, SpacePrefix prefix, std::vector<bool> part_ends);

    /// The ids must be in the vocabulary. Control tokens and the unknown token are left out with `skip_special`.
    [[nodiscard]] std::string decode(std::span<const std::int64_t> ids, bool skip_special) const;

  private:
    SpacePrefix prefix_;
    std::vector<bool> part_ends_;
    std::vector<bool> special_;
    std::vector<std::string> bytes_;
};

}  // namespace anabranch::lm
