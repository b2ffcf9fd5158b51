#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/tokenizer/tokenizer_data.h"

namespace anabranch::lm {

/// Text to token ids and back. Const methods may be called from several threads at once; nothing in it changes.
class Tokenizer {
  public:
    virtual ~Tokenizer() = default;

    /// The ids of a text, with no token added in front or behind. Control tokens that are spelt out in the text
    /// ("<|im_end|>") become their ids unless `parse_special` is false: then they are cut like any text, which is what
    /// text from outside should get. Text that is not UTF-8 is an Error naming the byte.
    [[nodiscard]] virtual std::vector<std::int64_t> encode(std::string_view text, bool parse_special = true) const = 0;

    /// The exact bytes that the ids stand for; `decode(encode(text)) == text` for any valid text. Ids cut within a
    /// character give an incomplete one (see partial_utf8.h for showing it). An id outside the vocabulary is an Error.
    [[nodiscard]] virtual std::string decode(std::span<const std::int64_t> ids, bool skip_special = false) const = 0;

    [[nodiscard]] virtual std::int64_t vocabulary_size() const = 0;
    /// A token as the vocabulary spells it (byte-level BPE spells " the" as "\u0120the").
    [[nodiscard]] virtual const std::string& token(std::int64_t id) const = 0;
    [[nodiscard]] virtual std::optional<std::int64_t> find(std::string_view token) const = 0;

    /// Tokens with a role, where the vocabulary names them.
    [[nodiscard]] virtual std::optional<std::int64_t> bos() const = 0;
    [[nodiscard]] virtual std::optional<std::int64_t> eos() const = 0;
    [[nodiscard]] virtual std::optional<std::int64_t> pad() const = 0;
    /// Whether the model was trained with `bos` in front of each text. `encode` leaves that to its caller.
    [[nodiscard]] virtual bool add_bos() const = 0;

    /// Every id that ends an answer: `eos` first, then others that the model's files name (LLaMA 3 has several).
    [[nodiscard]] virtual std::vector<std::int64_t> stops() const;
    /// The files of a Hugging Face folder that it was read from, for writing them out again; none from a GGUF.
    [[nodiscard]] virtual TokenizerFiles files() const { return {}; }
    /// What it is made of, a copy. Those that no model file has a form for keep this default.
    [[nodiscard]] virtual TokenizerData data() const;
};

}  // namespace anabranch::lm
