#include "anabranch/lm/data/answers.h"

#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/data/dump_sites.h"
#include "record.h"

namespace anabranch::lm {
namespace {

// A key is the number of the site, the question's id, then of an answer its own id. A question comes in front of its
// answers: its key is the beginning of theirs.
constexpr std::size_t question_key_bytes = 16;

std::string question_record(const Question& question) {
    std::string record;
    append_key(record, question.score);
    append_key(record, question.accepted_answer_id ? std::uint64_t{1} : std::uint64_t{0});
    append_key(record, question.accepted_answer_id.value_or(0));
    append_key(record, question.answer_count);
    append_text(record, question.title);
    append_text(record, question.question);
    return record;
}

}  // namespace

AnswerReader::AnswerReader(std::filesystem::path path, QuestionOptions options, SortOptions sort)
    : path_(std::move(path)), options_(options), sort_options_(std::move(sort)) {
    static_cast<void>(PostRows(path_));  // what is not there is an error at once
}

void AnswerReader::gather() {
    PostRows rows(path_);
    sites_.clear();
    counts_ = {};
    sort_.emplace(sort_options_);
    while (const XmlRow* row = rows.next()) {
        if (sites_.empty() || sites_.back() != rows.site().name) sites_.push_back(rows.site().name);
        gather_row(*row, rows.reader(), rows.site().name);
    }
    counts_.rows = rows.position().rows;
    sort_->finish();
}

void AnswerReader::gather_row(const XmlRow& row, const XmlRowReader& reader, std::string_view site) {
    const std::string_view type = required_field(reader, row, "PostTypeId");
    std::string key;
    append_key(key, static_cast<std::uint64_t>(sites_.size() - 1));
    if (type == question_type) {
        Question question;
        if (!lm::read_question(reader, row, site, options_, question)) return;
        append_key(key, question.id);
        sort_->add(key, question_record(question));
        ++counts_.questions;
    } else if (type == answer_type) {
        const auto parent = integer_field(reader, row, "ParentId");
        if (!parent) {
            ++counts_.orphans;
            return;
        }
        if (options_.split && split_of(*parent, options_.shares, options_.split_seed, site) != *options_.split) return;
        append_key(key, *parent);
        append_key(key, required_integer(reader, row, "Id"));
        std::string record;
        append_key(record, required_integer(reader, row, "Score"));
        append_text(record, required_field(reader, row, "Body"));
        sort_->add(key, record);
        ++counts_.answers;
    }
}

bool AnswerReader::next_record() {
    at_record_ = sort_->next(key_, value_);
    return at_record_;
}

bool AnswerReader::next(AnsweredQuestion& question) {
    if (!sort_) {
        gather();
        next_record();
    }
    while (at_record_) {
        if (key_.size() > question_key_bytes) {
            ++counts_.orphans;
            next_record();
            continue;
        }
        read_question(question);
        std::string last(key_);
        while (next_record() && key_.starts_with(std::string_view(last).substr(0, question_key_bytes))) {
            RecordReader id(key_);
            static_cast<void>(id.unsigned_number());
            const std::int64_t parent = id.number();
            if (key_ == last || key_.size() == question_key_bytes) {
                throw Error(cat(path_.string(), ": the post with the Id ",
                                key_.size() == question_key_bytes ? parent : id.number(),
                                " stands there twice; a dump has each post once"));
            }
            last = key_;
            RecordReader record(value_);
            Answer answer{.id = id.number(), .votes = record.number()};
            answer.accepted = answer.id == question.question.accepted_answer_id;
            answer.html = record.text();
            question.answers.push_back(std::move(answer));
        }
        if (!question.answers.empty()) return true;
    }
    return false;
}

void AnswerReader::read_question(AnsweredQuestion& question) const {
    RecordReader key(key_);
    RecordReader record(value_);
    question.answers.clear();
    Question& read = question.question;
    read.site = sites_[key.unsigned_number()];
    read.id = key.number();
    read.score = record.number();
    const bool accepted = record.unsigned_number() != 0;
    const std::int64_t answer = record.number();
    read.accepted_answer_id = accepted ? std::optional(answer) : std::nullopt;
    read.answer_count = record.number();
    read.title = record.text();
    read.question = record.text();
    read.tags.clear();
}

void AnswerReader::release() {
    sort_.reset();
    at_record_ = false;
}

void AnswerReader::rewind() {
    if (!sort_) return;
    sort_->rewind();
    counts_.orphans = 0;
    next_record();
}

}  // namespace anabranch::lm
