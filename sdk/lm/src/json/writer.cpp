#include "anabranch/lm/json/writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

std::string quoted(std::string_view text) {
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::type_error&) {
        throw Error("JSON text must be valid UTF-8, and this string is not: " +
                    nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
}

template <typename Real>
std::string shortest(Real number) {
    if (!std::isfinite(number)) throw Error(cat("JSON has no number for ", number, "; write null or leave it out"));
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return std::string(digits.data(), end);
}

}  // namespace

void JsonWriter::begin_value() {
    if (levels_.empty()) {
        if (!text_.empty()) throw Error("JSON writer: a second value after the first was complete");
        return;
    }
    Level& level = levels_.back();
    if (level.object && !level.key_written) throw Error("JSON writer: a value in an object needs key() before it");
    if (!level.object && !level.empty) text_ += ',';
    level.empty = false;
    level.key_written = false;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
    begin_value();
    text_ += text;
    return *this;
}

JsonWriter& JsonWriter::open(bool object) {
    raw(object ? "{" : "[");
    levels_.push_back({.object = object});
    return *this;
}

JsonWriter& JsonWriter::close(bool object) {
    if (levels_.empty() || levels_.back().object != object || levels_.back().key_written) {
        throw Error(cat("JSON writer: end_", object ? "object" : "array", "() does not close what is open"));
    }
    levels_.pop_back();
    text_ += object ? '}' : ']';
    return *this;
}

JsonWriter& JsonWriter::begin_object() {
    return open(true);
}
JsonWriter& JsonWriter::end_object() {
    return close(true);
}
JsonWriter& JsonWriter::begin_array() {
    return open(false);
}
JsonWriter& JsonWriter::end_array() {
    return close(false);
}

JsonWriter& JsonWriter::key(std::string_view name) {
    if (levels_.empty() || !levels_.back().object || levels_.back().key_written) {
        throw Error(cat("JSON writer: key(\"", name, "\") where no member can begin"));
    }
    Level& level = levels_.back();
    std::string text = quoted(name);
    if (!level.empty) text_ += ',';
    text_ += text;
    text_ += ':';
    level.empty = false;
    level.key_written = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    return raw(quoted(text));
}
JsonWriter& JsonWriter::value(bool truth) {
    return raw(truth ? "true" : "false");
}
JsonWriter& JsonWriter::value(float number) {
    return raw(shortest(number));
}
JsonWriter& JsonWriter::value(double number) {
    return raw(shortest(number));
}
JsonWriter& JsonWriter::null() {
    return raw("null");
}

std::string JsonWriter::take() {
    if (!levels_.empty() || text_.empty()) throw Error("JSON writer: the text is not complete yet");
    return std::exchange(text_, std::string());
}

}  // namespace anabranch::lm
