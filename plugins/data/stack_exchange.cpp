#include <anabranch/lm/data/stack_exchange.h>
#include <anabranch/node.h>
#include <plugins/data/nodes.h>
#include <plugins/data/row_stream.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace anabranch::data {
namespace {

lm::QuestionOptions question_options(const Parameters& p) {
    lm::QuestionOptions options{.text = lm::parse_question_text(p.get<std::string>("question")),
                                .minimum_characters = p.get<std::size_t>("min_characters"),
                                .minimum_answers = p.get<std::int64_t>("min_answers"),
                                .split_seed = p.get<std::uint64_t>("split_seed")};
    if (const auto most = p.find<std::size_t>("max_characters")) options.maximum_characters = *most;
    if (const auto score = p.find<std::int64_t>("min_score")) options.minimum_score = *score;
    if (p.get<std::string>("split") != "all") options.split = lm::parse_split(p.get<std::string>("split"));
    const auto shares = p.get<std::vector<double>>("split_shares");
    if (shares.size() != options.shares.values.size()) {
        throw Error(cat("split_shares has ", shares.size(), " numbers; expected 4: finetune, reward, rl, evaluation"));
    }
    std::ranges::copy(shares, options.shares.values.begin());
    static_cast<void>(lm::split_of(0, options.shares));  // throws for shares that are none
    return options;
}

/// "dump/Posts.xml (skip 10, split "rl")": the file and what leaves questions out.
std::string source_name(const Parameters& p) {
    std::string filters = describe(row_stream_options(p));
    const std::map<std::string, ParameterValue> harmless{
        {"split", "all"}, {"min_answers", std::int64_t{0}}, {"min_characters", std::int64_t{1}}};
    for (const auto* name : {"split", "min_score", "min_answers", "min_characters", "max_characters"}) {
        if (!p.has(name) || (harmless.contains(name) && harmless.at(name) == p.values().at(name))) continue;
        filters += cat(filters.empty() ? "" : ", ", name, " ", text_of(p.values().at(name)));
    }
    return p.get<std::string>("path") + (filters.empty() ? "" : " (" + filters + ")");
}

class StackExchange final : public Node {
  public:
    static Spec spec() {
        Spec spec("data.stack_exchange",
                  "Reads the questions of a Stack Exchange dump (Posts.xml) in bounded memory; HTML becomes Markdown.");
        spec.output("out", "question: str[B], title: str[B], question_id: i64[B], question_score: i64[B]",
                    "questions in the order of the file; question_score is up minus down votes")
            .required("path", ParameterKind::path, "the Posts.xml of an unpacked dump; relative to the graph's folder")
            .parameter("question", "body",
                       "what the column question holds: the post, its title, or both with a blank line between",
                       one_of({"body", "title", "title_and_body"}))
            .parameter("split", "all",
                       "only the questions of one part of the data. The parts share no question; a question's part "
                       "follows from its id, split_shares and split_seed.",
                       one_of({"all", "finetune", "reward", "rl", "evaluation"}))
            .parameter("split_shares", std::vector<double>{0.3, 0.3, 0.3, 0.1},
                       "shares of finetune, reward, rl, evaluation; keep them the same in all stages", at_least(0))
            .parameter("split_seed", 0, "another seed, other parts; keep it the same in all stages", at_least(0))
            .optional("min_score", ParameterKind::integer, "questions with fewer votes are left out")
            .parameter("min_answers", 0, "questions with fewer answers are left out", at_least(0))
            .parameter("min_characters", 1, "questions with a shorter text are left out", at_least(0))
            .optional("max_characters", ParameterKind::integer, "questions with a longer text are left out",
                      at_least(1));
        add_row_stream_parameters(spec);
        return spec.refine([](const Parameters& p, Spec&) { static_cast<void>(question_options(p)); })
            .example("questions: {type: data.stack_exchange, path: data/Posts.xml, split: rl, question: title}");
    }
    explicit StackExchange(const Parameters& p)
        : questions_(
              [path = p.get<std::string>("path"), options = question_options(p)] {
                  return [reader = std::make_shared<lm::QuestionReader>(path, options)](lm::Question& question) {
                      return reader->next(question);
                  };
              },
              row_stream_options(p), source_name(p)) {}

    void process(Call& call) override {
        auto questions = questions_.next(call.random());
        if (questions.empty()) return call.end_of_stream();
        std::vector<std::string> texts, titles;
        std::vector<std::int64_t> ids, scores;
        for (auto& question : questions) {
            texts.push_back(std::move(question.question));
            titles.push_back(std::move(question.title));
            ids.push_back(question.id);
            scores.push_back(question.score);
        }
        auto& out = call.out();
        out.set("question", std::move(texts));
        out.set("title", std::move(titles));
        out.set("question_id", std::move(ids));
        out.set("question_score", std::move(scores));
    }

  private:
    RowStream<lm::Question> questions_;
};

}  // namespace

void add_stack_exchange(Registry& registry) {
    registry.add<StackExchange>();
}

}  // namespace anabranch::data
