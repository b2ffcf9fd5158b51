#include "anabranch/lm/data/jsonl.h"

#include <algorithm>
#include <array>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {
namespace {

constexpr std::array<std::string_view, 7> type_names = {"string",  "integer",  "number", "boolean",
                                                        "strings", "integers", "numbers"};

template <typename Get>
auto list_of(const Json& json, std::string_view what, Get get) {
    if (json.kind() != Json::Kind::array) json.fail(cat("is ", name_of(json.kind()), "; expected a list of ", what));
    std::vector<std::decay_t<decltype(get(json))>> values;
    values.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) values.push_back(get(json.at(i)));
    return values;
}

JsonlValue value_of(const Json& json, JsonlType type) {
    const auto string = [](const Json& item) { return item.string(); };
    const auto integer = [](const Json& item) { return item.integer(); };
    const auto number = [](const Json& item) { return item.number(); };
    switch (type) {
        case JsonlType::string:
            return json.string();
        case JsonlType::integer:
            return json.integer();
        case JsonlType::number:
            return json.number();
        case JsonlType::boolean:
            return json.boolean();
        case JsonlType::strings:
            return list_of(json, "strings", string);
        case JsonlType::integers:
            return list_of(json, "integers", integer);
        case JsonlType::numbers:
            return list_of(json, "numbers", number);
    }
    throw Error("a column has a type that there is not");
}

}  // namespace

JsonlType parse_jsonl_type(std::string_view name) {
    const auto* found = std::find(type_names.begin(), type_names.end(), name);
    if (found == type_names.end()) {
        throw Error(cat("\"", name, "\" is no type of a column; expected string, integer, number, boolean, strings, ",
                        "integers or numbers"));
    }
    return static_cast<JsonlType>(found - type_names.begin());
}

JsonlReader::JsonlReader(const std::filesystem::path& path, std::vector<JsonlColumn> columns,
                         std::size_t maximum_line_bytes)
    : lines_(path, maximum_line_bytes), columns_(std::move(columns)) {
    if (columns_.empty()) throw Error(cat(path.string(), ": no column is asked for; name at least one"));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (columns_[i].name != columns_[j].name) continue;
            throw Error(cat(path.string(), ": the column \"", columns_[i].name, "\" is asked for twice"));
        }
    }
}

bool JsonlReader::next(std::vector<JsonlValue>& row) {
    std::string_view line;
    while (lines_.next(line)) {
        position_.line = lines_.position();
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        require_utf8(line, lines_.place());
        const Json json = Json::parse(line, lines_.place());
        if (json.kind() != Json::Kind::object) {
            json.fail(cat("is ", name_of(json.kind()), "; expected an object, one a line"));
        }
        row.clear();
        for (const JsonlColumn& column : columns_) row.push_back(value_of(json.at(column.name), column.type));
        ++position_.rows;
        return true;
    }
    if (position_.rows == 0) throw Error(cat(lines_.path().string(), ": no rows; expected one JSON object a line"));
    return false;
}

void JsonlReader::restore(const JsonlPosition& position) {
    lines_.restore(position.line);
    position_ = position;
}

}  // namespace anabranch::lm
