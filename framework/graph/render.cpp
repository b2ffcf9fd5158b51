#include <anabranch/error.h>
#include <framework/graph/diagnostic.h>

#include <algorithm>
#include <cstddef>

namespace anabranch::framework {
namespace {

constexpr std::size_t widest_line = 160;

struct Style {
    std::string_view bold;
    std::string_view red;
    std::string_view yellow;
    std::string_view cyan;
    std::string_view reset;
};
constexpr Style plain{};
constexpr Style coloured{"\033[1m", "\033[1;31m", "\033[1;33m", "\033[36m", "\033[0m"};

bool starts_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

/// Byte offset of a character, from 1; the end when the line is shorter.
std::size_t offset_of(std::string_view line, int column) {
    std::size_t offset = 0;
    for (int passed = 1; passed < column && offset < line.size(); ++passed) {
        do {
            ++offset;
        } while (offset < line.size() && !starts_character(line[offset]));
    }
    return offset;
}

/// The line and a caret under `column`. Long lines are cut to the part around it.
std::string excerpt(std::string line, const Location& location, const Style& style) {
    std::size_t caret = offset_of(line, location.column);
    if (line.size() > widest_line) {
        std::size_t first = caret > widest_line / 2 ? caret - widest_line / 2 : 0;
        while (first > 0 && !starts_character(line[first])) --first;
        std::size_t last = std::min(line.size(), first + widest_line);
        while (last < line.size() && !starts_character(line[last])) ++last;
        const std::string before = first == 0 ? "" : "...";
        caret = caret - first + before.size();
        line = before + line.substr(first, last - first) + (last == line.size() ? "" : "...");
    }
    std::string under;
    for (std::size_t i = 0; i < caret; ++i) {
        if (starts_character(line[i])) under += line[i] == '\t' ? '\t' : ' ';
    }
    const std::string number = std::to_string(location.line);
    return cat(" ", style.cyan, number, " | ", style.reset, line, "\n ", style.cyan, std::string(number.size(), ' '),
               " | ", style.reset, under, style.red, "^", style.reset, "\n");
}

}  // namespace

std::string Diagnostics::text(bool colour) const {
    const Style& style = colour ? coloured : plain;
    std::string out;
    const auto place = [&](const Location& location) {
        if (location.line == 0) return cat(style.bold, location.file, ": ", style.reset);
        return cat(style.bold, location.file, ":", location.line, ":", location.column, ": ", style.reset);
    };
    const auto show_line = [&](const Location& location) {
        const auto lines = lines_.find(location.file);
        if (lines == lines_.end() || location.line < 1) return;
        const auto index = static_cast<std::size_t>(location.line) - 1;
        if (index < lines->second.size()) out += excerpt(lines->second[index], location, style);
    };
    for (const auto& item : items_) {
        const bool error = code_text(item.code).severity == Severity::error;
        out += cat(place(item.location), error ? style.red : style.yellow, error ? "error " : "warning ",
                   name_of(item.code), ": ", style.reset, style.bold, item.message, style.reset, "\n");
        show_line(item.location);
        for (const auto& note : item.notes) {
            out += cat(place(note.location), style.cyan, "note: ", style.reset, note.message, "\n");
            show_line(note.location);
        }
        if (!item.help_text.empty()) out += cat("  help: ", item.help_text, "\n");
    }
    return out;
}

}  // namespace anabranch::framework
