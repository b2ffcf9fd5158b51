#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "anabranch/lm/tokenizer/vocabulary.h"

namespace anabranch::lm {

/// What the files beside a Hugging Face tokenizer say of it: tokenizer_config.json, special_tokens_map.json,
/// added_tokens.json, config.json and generation_config.json, each where it is there.
struct FolderSettings {
    struct Added {
        std::string content;
        bool special = true;
    };
    std::map<std::string, std::string> roles;  // "bos_token" -> "<s>"
    std::map<std::int64_t, Added> added;       // by id
    std::optional<bool> add_bos;
    std::string tokenizer_class;
    std::string chat_template;
    std::optional<std::int64_t> bos;   // by the model's configuration
    std::vector<std::int64_t> ending;  // eos ids by the model's configuration
    TokenizerFiles files;              // those that belong to the tokenizer
};

/// A whole file; what cannot be read is an Error naming it.
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

[[nodiscard]] FolderSettings read_folder_settings(const std::filesystem::path& folder);

/// Sets bos, eos, pad, stops, chat_template and files of a vocabulary whose tokens and added ones are there. Roles that
/// the tokenizer's own files name go before the model's configuration, and that before what is set already.
void apply_roles(const FolderSettings& settings, VocabularyData& vocabulary, const std::string& source);

}  // namespace anabranch::lm
