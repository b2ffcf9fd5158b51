#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace anabranch::lm {

/// The files of a Hugging Face folder that make a tokenizer, name to content.
using TokenizerFiles = std::map<std::string, std::string>;

/// What a token is for; the numbers are those of GGUF files.
enum class TokenType : std::int8_t { normal = 1, unknown, control, user_defined, unused, byte };

/// A vocabulary as plain data.
struct VocabularyData {
    std::vector<std::string> tokens;  // by id
    std::vector<TokenType> types;     // as many as tokens, or none: all normal
    std::optional<std::int64_t> bos;
    std::optional<std::int64_t> eos;
    std::optional<std::int64_t> pad;
    std::optional<std::int64_t> unknown;
    bool add_bos = false;
    std::vector<std::int64_t> stops{};       // ids that end an answer besides eos
    std::vector<std::int64_t> normalised{};  // of the tokens that are found in a text: those found in normalised text
    TokenizerFiles files{};                  // what it was read from
    std::string chat_template;               // Jinja, for other tools; empty: none
};

/// Tokens by id and by spelling, checked: no spelling twice, every token UTF-8, every id inside.
class Vocabulary {
  public:
    /// `source` begins the messages of errors: a file's name.
    Vocabulary(VocabularyData data, const std::string& source);
    Vocabulary(const Vocabulary&) = delete;
    Vocabulary& operator=(const Vocabulary&) = delete;

    [[nodiscard]] std::size_t size() const { return data_.tokens.size(); }
    /// Outside the vocabulary: an Error.
    [[nodiscard]] const std::string& token(std::int64_t id) const;
    [[nodiscard]] TokenType type(std::int64_t id) const;
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view token) const;
    [[nodiscard]] const VocabularyData& data() const { return data_; }

  private:
    [[nodiscard]] std::size_t checked(std::int64_t id) const;

    VocabularyData data_;
    std::unordered_map<std::string_view, std::int64_t> ids_;  // views of data_.tokens
};

}  // namespace anabranch::lm
