#include <anabranch/error.h>
#include <plugins/data/row_stream.h>
#include <plugins/data/stack_exchange_options.h>

#include <algorithm>
#include <map>
#include <vector>

namespace anabranch::data {

void add_stack_exchange_parameters(Spec& spec) {
    spec.required("path", ParameterKind::path,
                  "a site's Posts.xml or its .7z archive as it is published, or a folder of several sites, each a .7z "
                  "archive or a folder with one of the two; relative to the graph's folder")
        .parameter("emit", "questions",
                   "what a row is: a question; an answer with its question; or a pair of answers of one question, the "
                   "better one first. Answers and pairs need a sort over the whole dump before the first row.",
                   one_of({"questions", "answers", "pairs"}))
        .parameter("question", "body",
                   "what the column question holds: the post, its title, or both with a blank line between",
                   one_of({"body", "title", "title_and_body"}))
        .parameter("split", "all",
                   "only the questions of one part of the data. The parts share no question; a question's part "
                   "follows from its site and id, split_shares and split_seed.",
                   one_of({"all", "finetune", "reward", "rl", "evaluation"}))
        .parameter("split_shares", std::vector<double>{0.3, 0.3, 0.3, 0.1},
                   "shares of finetune, reward, rl, evaluation; keep them the same in all stages", at_least(0))
        .parameter("split_seed", 0, "another seed, other parts; keep it the same in all stages", at_least(0))
        .optional("min_score", ParameterKind::integer, "questions with fewer votes are left out")
        .parameter("min_answers", 0, "questions with fewer answers are left out", at_least(0))
        .parameter("min_characters", 1, "questions with a shorter text are left out", at_least(0))
        .optional("max_characters", ParameterKind::integer, "questions with a longer text are left out", at_least(1))
        .optional("min_votes", ParameterKind::integer, "emit: answers: answers with fewer votes are left out")
        .parameter("max_pairs", 10, "emit: pairs: pairs of one question, drawn at random; 0: all", at_least(0))
        .parameter("shuffle_pairs", true,
                   "emit: pairs: in an order drawn over the whole set, as the recipe has it; false: by question")
        .parameter("pair_seed", 0, "emit: pairs: draws the pairs and their order", at_least(0))
        .parameter("memory_mb", 256,
                   "emit: answers, pairs: memory for sorting, in MiB; the rest goes to temporary files", at_least(1))
        .optional("temporary", ParameterKind::path,
                  "emit: answers, pairs: folder of the temporary files, which take as much room as the texts of the "
                  "split; the system's when it is left out");
}

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

lm::SortOptions sort_options(const Parameters& p) {
    lm::SortOptions options{.memory_bytes = p.get<std::size_t>("memory_mb") << 20U};
    if (const auto folder = p.find<std::string>("temporary")) options.folder = *folder;
    return options;
}

std::string stack_exchange_source(const Parameters& p) {
    std::string filters = describe(row_stream_options(p));
    const std::map<std::string, ParameterValue> harmless{
        {"split", "all"}, {"min_answers", std::int64_t{0}}, {"min_characters", std::int64_t{1}}};
    for (const auto* name : {"split", "min_score", "min_answers", "min_characters", "max_characters", "min_votes"}) {
        if (!p.has(name) || (harmless.contains(name) && harmless.at(name) == p.values().at(name))) continue;
        filters += cat(filters.empty() ? "" : ", ", name, " ", text_of(p.values().at(name)));
    }
    return p.get<std::string>("path") + (filters.empty() ? "" : " (" + filters + ")");
}

}  // namespace anabranch::data
