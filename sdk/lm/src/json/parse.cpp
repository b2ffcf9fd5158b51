#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "document.h"

namespace anabranch::lm {
namespace {

// "line 3, column 14" of a byte; the column counts bytes, as editors' "go to byte" does.
std::string place_in(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    return cat("line ", line, ", column ", column);
}

// nlohmann's messages begin with an identifier of its own and the place, which we give ourselves.
std::string_view bare_message(std::string_view message) {
    if (const auto bracket = message.find("] "); message.starts_with('[') && bracket != std::string_view::npos) {
        message.remove_prefix(bracket + 2);
    }
    if (const auto colon = message.find(": "); message.starts_with("parse error") && colon != std::string_view::npos) {
        message.remove_prefix(colon + 2);
    }
    return message;
}

}  // namespace

/// Receives nlohmann's events and builds the document.
class Json::Builder {
  public:
    Builder(std::string_view text, std::string source) : text_(text), document_(std::make_shared<Document>()) {
        document_->source = std::move(source);
    }

    bool null() { return add(std::monostate{}); }
    bool boolean(bool truth) { return add(truth); }
    bool number_integer(std::int64_t number) { return add(number); }
    bool number_unsigned(std::uint64_t number) { return add(number); }
    bool number_float(double number, const std::string&) { return add(number); }
    bool string(std::string& text) { return add(std::move(text)); }
    bool binary(nlohmann::json::binary_t&) { return false; }  // no such thing in JSON text
    bool start_object(std::size_t) { return open(JsonObject{}); }
    bool start_array(std::size_t) { return open(JsonArray{}); }
    bool end_array() { return close(); }

    bool key(std::string& name) {
        std::get<JsonObject>(document_->nodes[open_.back()].value).keys.push_back(std::move(name));
        return true;
    }

    bool end_object() {
        auto& object = std::get<JsonObject>(document_->nodes[open_.back()].value);
        object.by_key.resize(object.keys.size());
        std::iota(object.by_key.begin(), object.by_key.end(), std::size_t{0});
        const auto name = [&](std::size_t position) -> const std::string& { return object.keys[position]; };
        std::ranges::sort(object.by_key, {}, name);
        if (const auto twice = std::ranges::adjacent_find(object.by_key, {}, name); twice != object.by_key.end()) {
            Json(document_, open_.back()).fail(cat("has the key \"", name(*twice), "\" twice; a key may stand once"));
        }
        return close();
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) {
        const std::size_t byte = position == 0 ? 0 : position - 1;  // nlohmann counts the characters read
        throw Error(cat(document_->source, ": not valid JSON at ", place_in(text_, byte), " (byte ", byte,
                        "): ", bare_message(error.what())));
    }

    Json finish() && { return Json(std::move(document_), 0); }

  private:
    template <typename Value>
    bool add(Value&& value) {
        const std::size_t index = document_->nodes.size();
        Node& node = document_->nodes.emplace_back(Node{std::forward<Value>(value)});
        if (open_.empty()) return true;
        node.parent = open_.back();
        Node& parent = document_->nodes[node.parent];
        auto* array = std::get_if<JsonArray>(&parent.value);
        auto& siblings = array != nullptr ? array->items : std::get<JsonObject>(parent.value).members;
        node.place = siblings.size();
        siblings.push_back(index);
        return true;
    }

    template <typename Container>
    bool open(Container container) {
        add(std::move(container));
        open_.push_back(document_->nodes.size() - 1);
        if (open_.size() > maximum_depth) {
            throw Error(cat(document_->source, ": nested deeper than ", maximum_depth,
                            " levels; no file that this program reads has reason to be"));
        }
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::string_view text_;
    std::shared_ptr<Document> document_;
    std::vector<std::size_t> open_;
};

Json Json::parse(std::string_view text, std::string source) {
    Builder builder(text, std::move(source));
    nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
    return std::move(builder).finish();
}

Json Json::read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file.is_open() && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.is_open() || file.bad() || text.bad()) {
        throw Error(cat(path.string(), ": cannot be read; is it a file, and may it be read?"));
    }
    return parse(std::move(text).str(), path.string());
}

}  // namespace anabranch::lm
