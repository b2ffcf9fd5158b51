#include <algorithm>
#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "document.h"

namespace anabranch::lm {
namespace {

constexpr std::array kinds = {Json::Kind::null,   Json::Kind::boolean, Json::Kind::number, Json::Kind::number,
                              Json::Kind::number, Json::Kind::string,  Json::Kind::array,  Json::Kind::object};

bool plain_name(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// The first few keys of an object, to help who misspelt one.
std::string listed(const std::vector<std::string>& keys) {
    constexpr std::size_t shown = 12;
    std::string text;
    for (std::size_t i = 0; i < std::min(keys.size(), shown); ++i) text += (i == 0 ? "" : ", ") + keys[i];
    if (keys.size() > shown) text += cat(" and ", keys.size() - shown, " more");
    return keys.empty() ? "none" : text;
}

}  // namespace

std::string_view name_of(Json::Kind kind) {
    constexpr std::array<std::string_view, 6> names = {"null",     "a boolean", "a number",
                                                       "a string", "an array",  "an object"};
    return names[static_cast<std::size_t>(kind)];
}

Json::Json(std::shared_ptr<const Document> document, std::size_t index)
    : document_(std::move(document)), index_(index) {}

const Json::Node& Json::node() const {
    return document_->nodes[index_];
}

Json::Kind Json::kind() const {
    return kinds[node().value.index()];
}

template <typename Value>
const Value& Json::value(const char* expected) const {
    if (const auto* held = std::get_if<Value>(&node().value)) return *held;
    fail(cat("is ", name_of(kind()), "; expected ", expected));
}

template <typename Integer>
Integer Json::whole_number(const char* expected) const {
    return std::visit(
        [&]<typename Held>(const Held& held) -> Integer {
            if constexpr (std::integral<Held> && !std::same_as<Held, bool>) {
                if (std::in_range<Integer>(held)) return static_cast<Integer>(held);
                fail(cat("is ", held, "; expected ", expected));
            } else if constexpr (std::same_as<Held, double>) {
                fail(cat("is ", held, "; expected ", expected));
            }
            fail(cat("is ", name_of(kind()), "; expected ", expected));
        },
        node().value);
}

bool Json::boolean() const {
    return value<bool>("true or false");
}

std::int64_t Json::integer() const {
    return whole_number<std::int64_t>("an integer of at most 64 bits");
}

std::uint64_t Json::unsigned_integer() const {
    return whole_number<std::uint64_t>("an integer from 0 on, of at most 64 bits");
}

double Json::number() const {
    return std::visit(
        [&]<typename Held>(const Held& held) -> double {
            if constexpr (std::is_arithmetic_v<Held> && !std::same_as<Held, bool>) return static_cast<double>(held);
            fail(cat("is ", name_of(kind()), "; expected a number"));
        },
        node().value);
}

const std::string& Json::string() const {
    return value<std::string>("a string");
}

std::size_t Json::size() const {
    if (const auto* object = std::get_if<JsonObject>(&node().value)) return object->members.size();
    return value<JsonArray>("an array or an object").items.size();
}

Json Json::at(std::size_t index) const {
    const auto& items = value<JsonArray>("an array").items;
    if (index >= items.size()) fail(cat("has ", items.size(), " elements; no element ", index));
    return Json(document_, items[index]);
}

std::optional<Json> Json::find(std::string_view key) const {
    const auto& object = value<JsonObject>("an object");
    const auto name = [&](std::size_t position) { return std::string_view(object.keys[position]); };
    const auto found = std::ranges::lower_bound(object.by_key, key, {}, name);
    if (found == object.by_key.end() || name(*found) != key) return std::nullopt;
    return Json(document_, object.members[*found]);
}

Json Json::at(std::string_view key) const {
    if (auto found = find(key)) return *std::move(found);
    fail(cat("has no \"", key, "\"; it has: ", listed(value<JsonObject>("an object").keys)));
}

const std::string& Json::key(std::size_t index) const {
    const auto& keys = value<JsonObject>("an object").keys;
    if (index >= keys.size()) fail(cat("has ", keys.size(), " members; no member ", index));
    return keys[index];
}

Json Json::member(std::size_t index) const {
    const auto& members = value<JsonObject>("an object").members;
    if (index >= members.size()) fail(cat("has ", members.size(), " members; no member ", index));
    return Json(document_, members[index]);
}

std::string Json::path() const {
    if (index_ == node().parent) return "$";
    const Json parent(document_, node().parent);
    if (std::holds_alternative<JsonArray>(parent.node().value)) return cat(parent.path(), "[", node().place, "]");
    const std::string& key = std::get<JsonObject>(parent.node().value).keys[node().place];
    return plain_name(key) ? cat(parent.path(), ".", key) : cat(parent.path(), "[\"", key, "\"]");
}

void Json::fail(const std::string& problem) const {
    throw Error(cat(document_->source, ": ", path(), " ", problem));
}

}  // namespace anabranch::lm
