#include "anabranch/lm/text/prompt_template.h"

#include <algorithm>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/text/dialogue_style.h"
#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {
namespace {

constexpr std::string_view whole_text = "-text";

bool is_column_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

[[noreturn]] void fail(std::string_view text, std::size_t offset, std::string_view problem) {
    const std::size_t character = 1 + count_code_points(text.substr(0, offset));
    throw Error(cat("the template \"", text, "\" is wrong at character ", character, ": ", problem));
}

}  // namespace

PromptTemplate PromptTemplate::parse(std::string_view text) {
    PromptTemplate made;
    std::string literal;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c != '{' && c != '}') {
            literal += c;
        } else if (at + 1 < text.size() && text[at + 1] == c) {
            literal += c;
            ++at;
        } else if (c == '}') {
            fail(text, at, "a \"}\" without its \"{\"; write }} for a brace in the text");
        } else {
            const std::size_t end = text.find('}', at);
            if (end == std::string_view::npos) fail(text, at, "a \"{\" without its \"}\"; write {{ for a brace");
            const std::string name(text.substr(at + 1, end - at - 1));
            if (!is_column_name(name)) {
                fail(text, at + 1, cat("\"", name, "\" is no column's name; expected letters, digits, _, - and ."));
            }
            const auto known = std::find(made.columns_.begin(), made.columns_.end(), name);
            made.pieces_.push_back(
                {std::exchange(literal, {}), static_cast<std::size_t>(known - made.columns_.begin())});
            if (known == made.columns_.end()) made.columns_.push_back(name);
            at = end;
        }
    }
    made.pieces_.push_back({std::move(literal), none});
    return made;
}

PromptTemplate PromptTemplate::named(std::string_view name) {
    std::string known;
    for (const auto style_name : DialogueStyle::names()) {
        const DialogueStyle& style = DialogueStyle::named(style_name);
        const std::string prompt = style.prompt("{question}");
        if (name == style_name) return parse(prompt);
        if (name == cat(style_name, whole_text)) return parse(prompt + style.completion("{answer}"));
        known += cat(known.empty() ? "" : ", ", style_name);
    }
    throw Error(cat("there is no template \"", name, "\"; there are ", known, ", and the same with ", whole_text,
                    " behind it, or write one with columns in braces: \"Q: {question}\""));
}

PromptTemplate PromptTemplate::named_or_parsed(std::string_view text) {
    return text.find_first_of("{}") == std::string_view::npos ? named(text) : parse(text);
}

std::string PromptTemplate::format(const Lookup& lookup) const {
    std::string out;
    for (const Piece& piece : pieces_) {
        out += piece.text;
        if (piece.column != none) out += lookup(columns_[piece.column]);
    }
    return out;
}

}  // namespace anabranch::lm
