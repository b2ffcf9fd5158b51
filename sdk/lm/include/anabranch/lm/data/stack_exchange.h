#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/data/split.h"
#include "anabranch/lm/data/xml_rows.h"

namespace anabranch::lm {

/// `PostTypeId` of the posts that count; there are others.
inline constexpr std::string_view question_type = "1";
inline constexpr std::string_view answer_type = "2";

/// What goes into `Question::question`.
enum class QuestionText {
    body,            // the post as Markdown, as the recipe's paired set has it
    title,           // the title alone
    title_and_body,  // the title, a blank line, the post
};

/// "body", "title" or "title_and_body"; anything else is an Error that lists them.
[[nodiscard]] QuestionText parse_question_text(std::string_view name);

struct Question {
    std::string site;  // "" for a single site, see DumpSite
    std::int64_t id = 0;
    std::string title;     // plain text; "" when the dump has none
    std::string question;  // Markdown or the title, see QuestionText
    std::int64_t score = 0;
    std::optional<std::int64_t> accepted_answer_id;
    std::int64_t answer_count = 0;
    std::vector<std::string> tags;
};

struct QuestionOptions {
    QuestionText text = QuestionText::body;
    /// Questions whose text has fewer or more code points are left out.
    std::size_t minimum_characters = 1;
    std::size_t maximum_characters = std::numeric_limits<std::size_t>::max();
    std::int64_t minimum_score = std::numeric_limits<std::int64_t>::min();
    std::int64_t minimum_answers = 0;
    /// Only the questions of one split; nothing: all.
    std::optional<Split> split = std::nullopt;
    SplitShares shares = {};
    std::uint64_t split_seed = 0;
};

/// Fills `question` from a row of `Posts.xml` that is a question; false when the options leave it out.
[[nodiscard]] bool read_question(const XmlRowReader& reader, const XmlRow& row, std::string_view site,
                                 const QuestionOptions& options, Question& question);

/// An answer's score in the recipe: round(log2(1 + votes)), one more if accepted; -1 for negative votes.
[[nodiscard]] int answer_score(std::int64_t votes, bool accepted);

/// Indices of two answers of one question.
struct AnswerPair {
    std::size_t better = 0;
    std::size_t worse = 0;
    bool operator==(const AnswerPair&) const = default;
};

/// Every pair of answers of one question in which the first scores higher, best first. Ties make no pair.
[[nodiscard]] std::vector<AnswerPair> answer_pairs(const std::vector<int>& scores);

/// At most `maximum` of the pairs, drawn by the seed and the question's id, in a random order; all if there are fewer.
[[nodiscard]] std::vector<AnswerPair> sample_pairs(std::vector<AnswerPair> pairs, std::size_t maximum,
                                                   std::uint64_t seed, std::int64_t question_id);

/// Tags as dumps write them, "<a><b>" or "|a|b|".
[[nodiscard]] std::vector<std::string> parse_tags(std::string_view text);

/// Fields of a row of `Posts.xml`; a missing one that is required, or one that is no number, is an Error with its
/// place.
[[nodiscard]] std::string_view required_field(const XmlRowReader& reader, const XmlRow& row, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> integer_field(const XmlRowReader& reader, const XmlRow& row,
                                                        std::string_view name);
[[nodiscard]] std::int64_t required_integer(const XmlRowReader& reader, const XmlRow& row, std::string_view name);

}  // namespace anabranch::lm
