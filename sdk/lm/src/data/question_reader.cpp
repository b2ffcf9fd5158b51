#include "anabranch/error.h"
#include "anabranch/lm/data/stack_exchange.h"
#include "anabranch/lm/text/html_markdown.h"
#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {
namespace {

constexpr std::string_view question_type = "1";

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

QuestionReader::QuestionReader(const std::filesystem::path& path, QuestionOptions options)
    : rows_(path), options_(options) {}

bool QuestionReader::next(Question& question) {
    while (const XmlRow* row = rows_.next()) {
        position_.row = row->place();
        ++position_.rows;
        if (required_field(rows_, *row, "PostTypeId") != question_type) continue;
        ++position_.questions;
        if (accept(*row, question)) {
            ++position_.emitted;
            return true;
        }
    }
    if (position_.emitted == 0) {
        throw Error(cat(rows_.path().string(), ": no question to read among ", position_.rows, " rows, ",
                        position_.questions, " of them questions; ",
                        position_.questions == 0 ? "the dump is empty" : "widen the split or the limits"));
    }
    return false;
}

bool QuestionReader::accept(const XmlRow& row, Question& question) {
    question.id = required_integer(rows_, row, "Id");
    if (options_.split && split_of(question.id, options_.shares, options_.split_seed) != *options_.split) return false;
    question.score = required_integer(rows_, row, "Score");
    question.accepted_answer_id = integer_field(rows_, row, "AcceptedAnswerId");
    question.answer_count = integer_field(rows_, row, "AnswerCount").value_or(0);
    if (question.score < options_.minimum_score || question.answer_count < options_.minimum_answers) return false;
    question.title = row.find("Title").value_or("");
    question.question = question_text(rows_, row, options_.text);
    question.tags = parse_tags(row.find("Tags").value_or(""));
    const std::size_t length = count_code_points(question.question);
    return length >= options_.minimum_characters && length <= options_.maximum_characters;
}

void QuestionReader::restore(const QuestionPosition& position) {
    if (position.row) {
        rows_.resume_after(*position.row);
    } else {
        rows_ = XmlRowReader(rows_.path());
    }
    position_ = position;
}

}  // namespace anabranch::lm
