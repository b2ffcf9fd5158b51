#include "anabranch/lm/tokenizer/vocabulary.h"

#include <limits>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {

Vocabulary::Vocabulary(VocabularyData data, const std::string& source) : data_(std::move(data)) {
    const std::size_t count = data_.tokens.size();
    if (count == 0 || count > std::numeric_limits<std::int32_t>::max()) {
        throw Error(cat(source, ": the vocabulary has ", count, " tokens; expected 1 to 2^31 - 1"));
    }
    if (data_.types.empty()) data_.types.assign(count, TokenType::normal);
    if (data_.types.size() != count) {
        throw Error(cat(source, ": the vocabulary has ", count, " tokens, but ", data_.types.size(), " token types"));
    }
    ids_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string& token = data_.tokens[i];
        if (find_invalid_utf8(token)) throw Error(cat(source, ": token ", i, " is not valid UTF-8"));
        const auto [place, added] = ids_.emplace(token, static_cast<std::int64_t>(i));
        if (!added) {
            throw Error(cat(source, ": the token \"", token, "\" has two ids, ", place->second, " and ", i));
        }
    }
    const std::pair<const char*, std::optional<std::int64_t>> roles[] = {
        {"bos", data_.bos}, {"eos", data_.eos}, {"padding", data_.pad}, {"unknown", data_.unknown}};
    for (const auto& [role, id] : roles) {
        if (id && !std::in_range<std::size_t>(*id)) throw Error(cat(source, ": the ", role, " id is ", *id));
        if (id && static_cast<std::size_t>(*id) >= count) {
            throw Error(cat(source, ": the ", role, " id is ", *id, ", but the vocabulary has ", count, " tokens"));
        }
    }
}

std::size_t Vocabulary::checked(std::int64_t id) const {
    if (id < 0 || static_cast<std::size_t>(id) >= size()) {
        throw Error(cat("token id ", id, " is outside the vocabulary of ", size(), " tokens"));
    }
    return static_cast<std::size_t>(id);
}

const std::string& Vocabulary::token(std::int64_t id) const {
    return data_.tokens[checked(id)];
}

TokenType Vocabulary::type(std::int64_t id) const {
    return data_.types[checked(id)];
}

std::optional<std::int64_t> Vocabulary::find(std::string_view token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace anabranch::lm
