#include <anabranch/lm/data/answers.h>
#include <anabranch/lm/text/html_markdown.h>
#include <plugins/data/batches.h>
#include <plugins/data/stack_exchange_options.h>
#include <plugins/data/stack_exchange_rows.h>

#include <limits>

namespace anabranch::data {
namespace {

struct Row {
    std::string question, title, answer, site;
    std::int64_t question_id, answer_id, question_score, answer_score, answer_votes;
};

/// One row for each answer that has a text and votes enough.
class AnswerRows {
  public:
    explicit AnswerRows(const Parameters& p)
        : reader_(p.get<std::string>("path"), question_options(p), sort_options(p)),
          minimum_(p.find<std::int64_t>("min_votes").value_or(std::numeric_limits<std::int64_t>::min())) {}

    bool next(Row& row) {
        while (true) {
            for (; at_ < found_.answers.size(); ++at_) {
                const lm::Answer& answer = found_.answers[at_];
                row.answer = answer.votes < minimum_ ? "" : lm::html_to_markdown(answer.html);
                if (row.answer.empty()) continue;
                const lm::Question& question = found_.question;
                row = {question.question, question.title, std::move(row.answer), question.site, question.id,
                       answer.id,         question.score, answer.score(),        answer.votes};
                ++at_;
                return true;
            }
            if (!reader_.next(found_)) return false;
            at_ = 0;
        }
    }
    void rewind() {
        reader_.rewind();
        found_.answers.clear();
        at_ = 0;
    }

  private:
    lm::AnswerReader reader_;
    std::int64_t minimum_;
    lm::AnsweredQuestion found_;
    std::size_t at_ = 0;  // the next answer
};

void put(const std::vector<Row>& rows, PacketBuilder& out) {
    out.set("question", column(rows, &Row::question));
    out.set("answer", column(rows, &Row::answer));
    out.set("title", column(rows, &Row::title));
    out.set("site", column(rows, &Row::site));
    out.set("question_id", column(rows, &Row::question_id));
    out.set("answer_id", column(rows, &Row::answer_id));
    out.set("question_score", column(rows, &Row::question_score));
    out.set("answer_score", column(rows, &Row::answer_score));
    out.set("answer_votes", column(rows, &Row::answer_votes));
}

Batches open(const Parameters& p) {
    return batches<Row>(open_once<Row>(std::make_shared<AnswerRows>(p)), p, stack_exchange_source(p), put);
}

}  // namespace

const StackExchangeRows answer_rows{
    "answers",
    "question: str[B], answer: str[B], title: str[B], site: str[B], question_id: i64[B], answer_id: i64[B], "
    "question_score: i64[B], answer_score: i64[B], answer_votes: i64[B]",
    open};

}  // namespace anabranch::data
