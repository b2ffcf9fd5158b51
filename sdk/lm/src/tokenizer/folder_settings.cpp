#include "folder_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/mapped_file.h"
#include "anabranch/lm/json/json.h"

namespace anabranch::lm {
namespace {

constexpr std::array role_keys = {"bos_token", "eos_token", "pad_token", "unk_token"};
constexpr std::array kept_files = {"tokenizer.json",          "tokenizer.model",   "tokenizer_config.json",
                                   "special_tokens_map.json", "added_tokens.json", "chat_template.jinja"};

std::optional<Json> given(const Json& json, std::string_view key) {
    auto value = json.find(key);
    return value && !value->is_null() ? value : std::nullopt;
}

/// A token is spelt out, or an object with its spelling and how it is found.
std::string spelling(const Json& token) {
    return token.kind() == Json::Kind::object ? token.at("content").string() : token.string();
}

void read_roles(const Json& json, FolderSettings& settings) {
    for (const char* key : role_keys) {
        if (const auto token = given(json, key)) settings.roles.emplace(key, spelling(*token));
    }
}

void read_tokenizer_config(const Json& json, FolderSettings& settings) {
    read_roles(json, settings);
    if (const auto value = given(json, "add_bos_token")) settings.add_bos = value->boolean();
    if (const auto value = given(json, "tokenizer_class")) settings.tokenizer_class = value->string();
    if (const auto value = given(json, "chat_template"); value && value->kind() == Json::Kind::string)
        settings.chat_template = value->string();
    const auto added = given(json, "added_tokens_decoder");
    for (std::size_t i = 0; added && i < added->size(); ++i) {
        const std::string& key = added->key(i);
        std::int64_t id = 0;
        const auto [end, problem] = std::from_chars(key.data(), key.data() + key.size(), id);
        if (problem != std::errc() || end != key.data() + key.size() || id < 0)
            added->fail(cat("has the key \"", key, "\"; expected a token id"));
        const auto special = added->member(i).find("special");
        settings.added[id] = {added->member(i).at("content").string(), special && special->boolean()};
    }
}

void read_model_ids(const Json& json, FolderSettings& settings) {
    if (const auto bos = given(json, "bos_token_id"); bos && !settings.bos) settings.bos = bos->integer();
    const auto eos = given(json, "eos_token_id");
    if (!eos || !settings.ending.empty()) return;
    if (eos->kind() != Json::Kind::array) {
        settings.ending.push_back(eos->integer());
    } else {
        for (std::size_t i = 0; i < eos->size(); ++i) settings.ending.push_back(eos->at(i).integer());
    }
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
    const MappedFile file(path);
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

FolderSettings read_folder_settings(const std::filesystem::path& folder) {
    FolderSettings settings;
    const auto json_of = [&](const char* name) -> std::optional<Json> {
        if (!std::filesystem::exists(folder / name)) return std::nullopt;
        return Json::read_file(folder / name);
    };
    if (const auto json = json_of("tokenizer_config.json")) read_tokenizer_config(*json, settings);
    if (const auto json = json_of("special_tokens_map.json")) read_roles(*json, settings);
    if (const auto json = json_of("added_tokens.json")) {
        for (std::size_t i = 0; i < json->size(); ++i)
            settings.added.emplace(json->member(i).integer(), FolderSettings::Added{json->key(i), true});
    }
    // What generation heeds goes before what the model was first configured with.
    if (const auto json = json_of("generation_config.json")) read_model_ids(*json, settings);
    if (const auto json = json_of("config.json")) read_model_ids(*json, settings);
    for (const char* name : kept_files) {
        if (std::filesystem::exists(folder / name)) settings.files.emplace(name, read_text(folder / name));
    }
    if (const auto file = settings.files.find("chat_template.jinja"); file != settings.files.end())
        settings.chat_template = file->second;
    return settings;
}

void apply_roles(const FolderSettings& settings, VocabularyData& vocabulary, const std::string& source) {
    const auto named = [&](const char* role) -> std::optional<std::int64_t> {
        const auto token = settings.roles.find(role);
        if (token == settings.roles.end()) return std::nullopt;
        const auto place = std::ranges::find(vocabulary.tokens, token->second);
        if (place == vocabulary.tokens.end())
            throw Error(cat(source, ": the ", role, " \"", token->second, "\" is not in the vocabulary"));
        return place - vocabulary.tokens.begin();
    };
    const auto first = [](auto... choices) {
        std::optional<std::int64_t> id;
        ((id = id ? id : choices), ...);
        return id;
    };
    const auto ending = settings.ending.empty() ? std::nullopt : std::optional(settings.ending.front());
    vocabulary.bos = first(named("bos_token"), settings.bos, vocabulary.bos);
    vocabulary.eos = first(named("eos_token"), ending, vocabulary.eos);
    vocabulary.pad = first(named("pad_token"), vocabulary.pad);
    vocabulary.unknown = first(vocabulary.unknown, named("unk_token"));
    vocabulary.stops = settings.ending;
    vocabulary.chat_template = settings.chat_template;
    vocabulary.files = settings.files;
}

}  // namespace anabranch::lm
