#include "anabranch/lm/data/stack_exchange.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "anabranch/error.h"
#include "anabranch/lm/text/html_markdown.h"
#include "anabranch/lm/text/utf8.h"
#include "anabranch/random.h"

namespace anabranch::lm {
namespace {

std::string question_text(const XmlRowReader& reader, const XmlRow& row, QuestionText text) {
    if (text == QuestionText::title) return std::string(required_field(reader, row, "Title"));
    std::string body = html_to_markdown(required_field(reader, row, "Body"));
    if (text == QuestionText::body) return body;
    return cat(required_field(reader, row, "Title"), "\n\n", body);
}

}  // namespace

QuestionText parse_question_text(std::string_view name) {
    if (name == "body") return QuestionText::body;
    if (name == "title") return QuestionText::title;
    if (name == "title_and_body") return QuestionText::title_and_body;
    throw Error(cat("\"", name, "\" is no text of a question; expected body, title or title_and_body"));
}

bool read_question(const XmlRowReader& reader, const XmlRow& row, std::string_view site, const QuestionOptions& options,
                   Question& question) {
    question.site = site;
    question.id = required_integer(reader, row, "Id");
    if (options.split && split_of(question.id, options.shares, options.split_seed, site) != *options.split) {
        return false;
    }
    question.score = required_integer(reader, row, "Score");
    question.accepted_answer_id = integer_field(reader, row, "AcceptedAnswerId");
    question.answer_count = integer_field(reader, row, "AnswerCount").value_or(0);
    if (question.score < options.minimum_score || question.answer_count < options.minimum_answers) return false;
    question.title = row.find("Title").value_or("");
    question.question = question_text(reader, row, options.text);
    question.tags = parse_tags(row.find("Tags").value_or(""));
    const std::size_t length = count_code_points(question.question);
    return length >= options.minimum_characters && length <= options.maximum_characters;
}

int answer_score(std::int64_t votes, bool accepted) {
    if (votes < 0) return -1;
    // Python's round(), as the recipe uses it, and nearbyint() agree: halves go to the even number.
    return static_cast<int>(std::nearbyint(std::log2(1.0 + static_cast<double>(votes)))) + (accepted ? 1 : 0);
}

std::vector<AnswerPair> answer_pairs(const std::vector<int>& scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    std::vector<AnswerPair> pairs;
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = i + 1; j < order.size(); ++j) {
            if (scores[order[i]] > scores[order[j]]) pairs.push_back({order[i], order[j]});
        }
    }
    return pairs;
}

std::vector<AnswerPair> sample_pairs(std::vector<AnswerPair> pairs, std::size_t maximum, std::uint64_t seed,
                                     std::int64_t question_id) {
    if (pairs.size() <= maximum) return pairs;
    const Random random = Random(seed).fork("pairs").fork(static_cast<std::uint64_t>(question_id));
    const auto order = random.permutation(static_cast<std::int64_t>(pairs.size()));
    std::vector<AnswerPair> sampled;
    for (std::size_t i = 0; i < maximum; ++i) sampled.push_back(pairs[static_cast<std::size_t>(order[i])]);
    return sampled;
}

std::vector<std::string> parse_tags(std::string_view text) {
    std::vector<std::string> tags;
    while (!text.empty()) {
        const std::size_t begin = text.find_first_not_of("<>| ");
        if (begin == std::string_view::npos) break;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of("<>| "), text.size());
        tags.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return tags;
}

std::string_view required_field(const XmlRowReader& reader, const XmlRow& row, std::string_view name) {
    if (const auto value = row.find(name)) return *value;
    std::string there;
    for (const auto& [key, value] : row.attributes()) there += cat(there.empty() ? "" : ", ", key);
    reader.fail(row.place(), cat("the row has no ", name, "; it has ", there.empty() ? "no attributes" : there));
}

std::optional<std::int64_t> integer_field(const XmlRowReader& reader, const XmlRow& row, std::string_view name) {
    const auto text = row.find(name);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size()) {
        reader.fail(row.place(), cat("the row's ", name, " is \"", *text, "\"; expected a whole number"));
    }
    return number;
}

std::int64_t required_integer(const XmlRowReader& reader, const XmlRow& row, std::string_view name) {
    (void)required_field(reader, row, name);
    return *integer_field(reader, row, name);
}

}  // namespace anabranch::lm
