#include "pre_tokenizer.h"

#include <algorithm>
#include <array>

#include "unicode_class.h"

namespace anabranch::lm {
namespace {

using enum UnicodeClass;

// The end of the run of characters of one class that begins at `position`, and where its last character begins.
struct Run {
    std::size_t end;
    std::size_t last;
};

Run run_of(UnicodeClass kind, std::string_view text, std::size_t position) {
    Run run{position, position};
    while (run.end < text.size()) {
        const Character character = character_at(text, run.end);
        if (character.kind != kind) break;
        run.last = run.end;
        run.end += character.length;
    }
    return run;
}

// `\s+(?!\S)|\s+`: a run of spaces leaves its last one to what follows, unless nothing does or it is the only one.
std::size_t spaces_end(Run run, std::size_t begin, std::size_t text_end) {
    return run.end == text_end || run.last == begin ? run.end : run.last;
}

// 's 't 're 've 'm 'll 'd: the bytes after the apostrophe at `begin` that belong to it, 0 when none do.
std::size_t contraction_length(std::string_view text, std::size_t begin) {
    const std::string_view after = text.substr(begin + 1, 2);
    if (after.empty()) return 0;
    if (std::string_view("stmd").find(after[0]) != std::string_view::npos) return 1;
    return after == "re" || after == "ve" || after == "ll" ? 2 : 0;
}

// The same in any case, which for a regular expression includes U+017F, the long s.
std::size_t folded_contraction_length(std::string_view text, std::size_t begin) {
    if (text.substr(begin + 1, 2) == "\u017F") return 2;
    std::array<char, 3> lower = {'\'', '\0', '\0'};
    for (std::size_t i = 1; i < lower.size() && begin + i < text.size(); ++i) {
        const char c = text[begin + i];
        lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return contraction_length({lower.data(), std::min(lower.size(), text.size() - begin)}, 0);
}

// '(s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// With `single_numbers` each \p{N} is cut out first, and a piece sees it as the end of the text.
template <bool single_numbers>
std::size_t gpt2_end(std::string_view text, std::size_t begin) {
    if (text[begin] == '\'') {
        if (const std::size_t length = contraction_length(text, begin)) return begin + 1 + length;
    }
    Character first = character_at(text, begin);
    std::size_t start = begin;
    if (text[begin] == ' ' && begin + 1 < text.size()) {
        const Character next = character_at(text, begin + 1);
        const bool cut_before = next.kind == space || (single_numbers && next.kind == number);
        if (!cut_before) {
            first = next;
            start = begin + 1;
        }
    }
    if (single_numbers && first.kind == number) return start + first.length;
    const Run run = run_of(first.kind, text, start);
    if (first.kind != space) return run.end;
    const bool before_number = single_numbers && run.end < text.size() && character_at(text, run.end).kind == number;
    return spaces_end(run, begin, before_number ? run.end : text.size());
}

bool is_newline(char c) {
    return c == '\r' || c == '\n';
}

// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
// where the 3 is `digits`.
template <int digits>
std::size_t llama3_end(std::string_view text, std::size_t begin) {
    if (text[begin] == '\'') {
        if (const std::size_t length = folded_contraction_length(text, begin)) return begin + 1 + length;
    }
    const Character first = character_at(text, begin);
    if (first.kind == letter) return run_of(letter, text, begin).end;
    if (first.kind == number) {
        std::size_t end = begin + first.length;
        for (int count = 1; count < digits && end < text.size(); ++count) {
            const Character next = character_at(text, end);
            if (next.kind != number) break;
            end += next.length;
        }
        return end;
    }
    const std::size_t second = begin + first.length;
    const UnicodeClass second_kind = second < text.size() ? character_at(text, second).kind : space;
    if (second_kind == letter && !is_newline(text[begin])) return run_of(letter, text, second).end;
    if (first.kind == other || (text[begin] == ' ' && second_kind == other)) {
        std::size_t end = run_of(other, text, first.kind == other ? begin : second).end;
        while (end < text.size() && is_newline(text[end])) ++end;
        return end;
    }
    const Run run = run_of(space, text, begin);
    for (std::size_t end = run.end; end > begin; --end) {
        if (is_newline(text[end - 1])) return end;
    }
    return spaces_end(run, begin, text.size());
}

struct Named {
    std::string_view name;
    PreTokenizer pre_tokenizer;
    std::array<std::string_view, 2> expressions{};
};

constexpr std::string_view gpt2_text = R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view llama3_text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view qwen2_text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr PreTokenizer gpt2{gpt2_end<false>, false, false};
constexpr PreTokenizer digits_then_gpt2{gpt2_end<true>, false, false};
constexpr PreTokenizer llama3{llama3_end<3>, true, true};
constexpr PreTokenizer qwen2{llama3_end<1>, false, false};

constexpr std::array pre_tokenizers = {
    Named{"gpt-2", gpt2, {gpt2_text}},
    Named{"gpt2", gpt2},
    Named{"default", gpt2},
    Named{"smollm", digits_then_gpt2, {R"(\p{N})", gpt2_text}},
    Named{"llama-bpe", llama3, {llama3_text}},
    Named{"qwen2", qwen2, {qwen2_text}},
};

}  // namespace

const std::string_view gpt2_expression = gpt2_text;

std::optional<PreTokenizer> find_pre_tokenizer(std::string_view name) {
    const auto found = std::ranges::find(pre_tokenizers, name, &Named::name);
    return found == pre_tokenizers.end() ? std::nullopt : std::optional(found->pre_tokenizer);
}

std::string pre_tokenizer_names() {
    std::string names;
    for (const Named& named : pre_tokenizers) names += (names.empty() ? "" : ", ") + std::string(named.name);
    return names;
}

std::optional<std::string> name_of_expressions(std::span<const std::string> expressions) {
    for (const Named& named : pre_tokenizers) {
        std::span<const std::string_view> own(named.expressions);
        while (!own.empty() && own.back().empty()) own = own.first(own.size() - 1);
        if (!own.empty() && std::ranges::equal(own, expressions)) return std::string(named.name);
    }
    return std::nullopt;
}

}  // namespace anabranch::lm
