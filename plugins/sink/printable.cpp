#include <anabranch/json_text.h>
#include <plugins/sink/printable.h>

namespace anabranch::sink {
namespace {

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::string cut(std::string text, std::size_t width) {
    if (width == 0) return text;
    std::size_t characters = 0;
    std::size_t keep = 0;  // where the last character that leaves room for the ellipsis ends
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!begins_character(text[i])) continue;
        if (characters + 1 == width) keep = i;
        if (++characters > width) return text.substr(0, keep) + "…";
    }
    return text;
}

/// The JSON text of a string, which is valid UTF-8 without control characters below U+0080, made readable again.
std::string readable(std::string_view quoted) {
    std::string out;
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const auto byte = static_cast<unsigned char>(inner[i]);
        const auto next = static_cast<unsigned char>(i + 1 < inner.size() ? inner[i + 1] : '\0');
        if (byte == '\\' && next == 'n') {
            out += " ⏎ ";
            ++i;
        } else if (byte == '\\' && (next == '"' || next == '\\')) {
            out += inner[++i];
        } else if (byte == 0xC2 && next < 0xA0) {  // U+0080 to U+009F, which terminals may obey
            out += "\xEF\xBF\xBD";
            ++i;
        } else {
            out += inner[i];
        }
    }
    return out;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text) count += begins_character(byte) ? 1 : 0;
    return count;
}

std::string printable_cell(const Column& column, std::int64_t row, std::size_t width) {
    if (const auto* strings = std::get_if<Strings>(&column)) {
        return cut(readable(json_quote(strings->values().at(static_cast<std::size_t>(row)))), width);
    }
    constexpr std::string_view before = R"({"": )";
    const std::string object = json_row(Packet({{"", column}}), row);
    return cut(object.substr(before.size(), object.size() - before.size() - 1), width);
}

}  // namespace anabranch::sink
