#include <anabranch/lm/data/question_reader.h>
#include <plugins/data/batches.h>
#include <plugins/data/stack_exchange_options.h>
#include <plugins/data/stack_exchange_rows.h>

namespace anabranch::data {
namespace {

using lm::Question;

void put(const std::vector<Question>& rows, PacketBuilder& out) {
    out.set("question", column(rows, &Question::question));
    out.set("title", column(rows, &Question::title));
    out.set("site", column(rows, &Question::site));
    out.set("question_id", column(rows, &Question::id));
    out.set("question_score", column(rows, &Question::score));
}

Batches open(const Parameters& p) {
    return batches<Question>(
        open_each_time<Question>([path = p.get<std::string>("path"), options = question_options(p)] {
            return std::make_shared<lm::QuestionReader>(path, options);
        }),
        p, stack_exchange_source(p), put);
}

}  // namespace

const StackExchangeRows question_rows{
    "questions", "question: str[B], title: str[B], site: str[B], question_id: i64[B], question_score: i64[B]", open};

}  // namespace anabranch::data
