// The one file that includes PCRE2.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "anabranch/lm/text/regular_expression.h"

#include <pcre2.h>

#include <algorithm>
#include <array>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

std::string message_of(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

struct FreeMatch {
    void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};

std::size_t next_character(std::string_view text, std::size_t offset) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U) ++offset;
    return offset;
}

std::string quoted(std::string_view word) {
    std::string out;
    for (const char c : word) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           (static_cast<unsigned char>(c) & 0x80U) != 0;
        if (!plain) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

struct RegularExpression::Compiled {
    explicit Compiled(pcre2_code* made) : code(made) {}
    ~Compiled() { pcre2_code_free(code); }
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;

    /// Whether the text matches from `offset` on.
    bool run(const RegularExpression& self, std::string_view text, std::size_t offset, std::uint32_t flags,
             pcre2_match_data* match) const {
        const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
        int result = pcre2_match(code, subject, text.size(), offset, flags, match, nullptr);
        // Machine code has 32 KiB of stack; the interpreter takes what it needs from the heap.
        if (result == PCRE2_ERROR_JIT_STACKLIMIT)
            result = pcre2_match(code, subject, text.size(), offset, flags | PCRE2_NO_JIT, match, nullptr);
        if (result >= 0 || result == PCRE2_ERROR_NOMATCH) return result >= 0;
        throw Error(cat("the regular expression \"", self.pattern(), "\" failed on a text of ", text.size(),
                        " bytes: ", message_of(result), "; simplify its repetitions"));
    }

    pcre2_code* code;
};

RegularExpression::RegularExpression(std::string pattern, Options options) : pattern_(std::move(pattern)) {
    std::uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (options.ignore_case) flags |= PCRE2_CASELESS;
    int problem = 0;
    std::size_t place = 0;
    auto* code =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern_.data()), pattern_.size(), flags, &problem, &place, nullptr);
    if (code == nullptr) {
        throw Error(cat("the regular expression \"", pattern_, "\" is wrong at character ", place + 1, ": ",
                        message_of(problem)));
    }
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // without machine code the interpreter matches
    compiled_ = std::make_shared<const Compiled>(code);
}

RegularExpression RegularExpression::any_word(std::vector<std::string> words, Options options) {
    if (words.empty()) throw Error("a list of words to look for is empty");
    // The longest first: of "new" and "new york" the second is to be found where both are.
    std::ranges::stable_sort(words, std::greater{}, &std::string::size);
    std::string pattern;
    for (const auto& word : words) {
        if (word.empty()) throw Error("a list of words to look for holds an empty one");
        pattern += (pattern.empty() ? "(?<!\\w)(?:" : "|") + quoted(word);
    }
    return RegularExpression(pattern + ")(?!\\w)", options);
}

std::size_t RegularExpression::count(std::string_view text, std::size_t limit) const {
    const std::unique_ptr<pcre2_match_data, FreeMatch> match(
        pcre2_match_data_create_from_pattern(compiled_->code, nullptr));
    std::size_t matches = 0;
    std::size_t offset = 0;
    std::uint32_t after_empty = 0;  // behind an empty match: a longer one at the same place, or go on
    while (matches < limit && offset <= text.size()) {
        if (!compiled_->run(*this, text, offset, after_empty, match.get())) {
            if (after_empty == 0) break;
            after_empty = 0;
            offset = next_character(text, offset);
            continue;
        }
        ++matches;
        const auto* place = pcre2_get_ovector_pointer(match.get());
        after_empty = place[0] == place[1] ? PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED : 0;
        offset = std::max(place[1], offset);
    }
    return matches;
}

std::optional<RegularExpression::Match> RegularExpression::find(std::string_view text, std::size_t from) const {
    const std::unique_ptr<pcre2_match_data, FreeMatch> match(
        pcre2_match_data_create_from_pattern(compiled_->code, nullptr));
    if (!compiled_->run(*this, text, from, PCRE2_NOTEMPTY, match.get())) return std::nullopt;
    const auto* place = pcre2_get_ovector_pointer(match.get());
    return Match{place[0], place[1]};
}

}  // namespace anabranch::lm
