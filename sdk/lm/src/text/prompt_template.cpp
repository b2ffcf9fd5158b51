#include "anabranch/lm/text/prompt_template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr std::array<Named, 6> named_templates = {
    Named{"question-answer", "Question: {question}\n\nAnswer:"},
    Named{"question-answer-space", "Question: {question}\n\nAnswer: "},
    Named{"question-answer-text", "Question: {question}\n\nAnswer: {answer}"},
    Named{"chatml", "<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"},
    Named{"alpaca",
          "Below is an instruction that describes a task. Write a response that appropriately completes the request."
          "\n\n### Instruction:\n{question}\n\n### Response:\n"},
    Named{"vicuna",
          "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
          "detailed, and polite answers to the user's questions. USER: {question} ASSISTANT:"},
};

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
    for (const auto& [key, text] : named_templates) {
        if (key == name) return parse(text);
        known += cat(known.empty() ? "" : ", ", key);
    }
    throw Error(cat("there is no template \"", name, "\"; there are ", known,
                    ", or write one with columns in braces: \"Q: {question}\""));
}

std::vector<std::string_view> PromptTemplate::names() {
    std::vector<std::string_view> names;
    for (const auto& [name, text] : named_templates) names.push_back(name);
    return names;
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
