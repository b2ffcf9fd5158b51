#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anabranch::lm {

/// A compiled regular expression in Perl's syntax (PCRE2), over UTF-8: `\w`, `\b` and cases are Unicode's. Bytes that
/// are not UTF-8 match nothing. Copies share the compiled form; const methods may be called from several threads.
class RegularExpression {
  public:
    struct Options {
        bool ignore_case = false;
    };

    /// A pattern that is not one is an Error with the place in it.
    explicit RegularExpression(std::string pattern, Options options);
    explicit RegularExpression(std::string pattern) : RegularExpression(std::move(pattern), Options{}) {}

    /// Any of `words` as whole words: "cat" is in "a cat." and not in "cats". They are text, not patterns; not empty.
    static RegularExpression any_word(std::vector<std::string> words, Options options);

    /// Matches that do not overlap, from the left, `limit` at most. A pattern that takes too many steps on a text
    /// (nested repetitions) is an Error.
    [[nodiscard]] std::size_t count(std::string_view text, std::size_t limit = static_cast<std::size_t>(-1)) const;
    [[nodiscard]] bool found_in(std::string_view text) const { return count(text, 1) != 0; }

    struct Match {
        std::size_t begin;
        std::size_t end;
    };
    /// The first match that is not empty, at `from` or after; what stands before `from` is seen by looks behind.
    [[nodiscard]] std::optional<Match> find(std::string_view text, std::size_t from) const;

    [[nodiscard]] const std::string& pattern() const { return pattern_; }

  private:
    struct Compiled;
    std::string pattern_;
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace anabranch::lm
