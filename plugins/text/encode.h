#pragma once

#include <anabranch/lm/tokenizer/tokenizer.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace anabranch::text {

/// What is done with a text of more than `max_tokens`.
enum class TooLong { error, drop, truncate_left, truncate_right };
/// "error", "drop", "truncate_left" or "truncate_right".
[[nodiscard]] TooLong parse_too_long(std::string_view name);

struct EncodeOptions {
    std::optional<bool> add_bos{};  ///< nothing: as the tokenizer says
    bool parse_special = true;
    std::optional<std::size_t> max_tokens{};  ///< with the BOS
    TooLong too_long = TooLong::error;
};

/// The ids of a text, with the BOS in front if asked for; nothing for a text that is to be dropped. Truncation keeps
/// the BOS. An Error says how long the text is.
[[nodiscard]] std::optional<std::vector<std::int64_t>> encode(const lm::Tokenizer& tokenizer, std::string_view text,
                                                              const EncodeOptions& options);

}  // namespace anabranch::text
