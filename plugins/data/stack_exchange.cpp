#include <anabranch/node.h>
#include <plugins/data/batches.h>
#include <plugins/data/nodes.h>
#include <plugins/data/row_stream.h>
#include <plugins/data/stack_exchange_options.h>
#include <plugins/data/stack_exchange_rows.h>

#include <string>

namespace anabranch::data {
namespace {

const StackExchangeRows& rows_of(const Parameters& p) {
    const auto emit = p.get<std::string>("emit");
    for (const auto* rows : {&answer_rows, &pair_rows}) {
        if (emit == rows->name) return *rows;
    }
    return question_rows;
}

class StackExchange final : public BatchSource {
  public:
    static Spec spec() {
        Spec spec("data.stack_exchange",
                  "Reads questions, answers or scored pairs of answers from a Stack Exchange dump, packed or not, in "
                  "bounded memory; HTML becomes Markdown.");
        spec.output("out", question_rows.columns,
                    "questions stand in the order of the file. Votes are up minus down; an answer's score is the "
                    "recipe's, round(log2(1 + votes)), one more if accepted, -1 for negative votes. site is empty "
                    "unless the path is a folder of sites.");
        add_stack_exchange_parameters(spec);
        add_row_stream_parameters(spec);
        return spec
            .refine([](const Parameters& p, Spec& refined) {
                static_cast<void>(question_options(p));
                refined.output("out", rows_of(p).columns);
                refine_row_stream(p, refined);
            })
            .example("pairs: {type: data.stack_exchange, path: data/Posts.xml, emit: pairs, split: reward}");
    }
    explicit StackExchange(const Parameters& p) : BatchSource(rows_of(p).open(p)) {}
};

}  // namespace

void add_stack_exchange(Registry& registry) {
    registry.add<StackExchange>();
}

}  // namespace anabranch::data
