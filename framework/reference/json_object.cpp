#include <anabranch/json_text.h>
#include <framework/reference/json_object.h>

namespace anabranch::framework {
namespace {

std::string lines(const std::vector<std::string>& items, char open, char close) {
    if (items.empty()) return {open, close};
    std::string out{open};
    for (const auto& item : items) {
        out += out.size() == 1 ? "\n  " : ",\n  ";
        for (const char c : item) out += c == '\n' ? std::string("\n  ") : std::string(1, c);
    }
    return out + "\n" + close;
}

}  // namespace

JsonObject& JsonObject::add(std::string_view key, const std::string& value) {
    members_.push_back(json_quote(key) + ": " + value);
    return *this;
}

JsonObject& JsonObject::add_text(std::string_view key, std::string_view text) {
    return add(key, json_quote(text));
}

std::string JsonObject::text() const {
    return lines(members_, '{', '}');
}

std::string json_texts(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + json_quote(text);
    return "[" + out + "]";
}

std::string json_list(const std::vector<std::string>& values) {
    return lines(values, '[', ']');
}

}  // namespace anabranch::framework
