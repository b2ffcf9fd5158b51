#include <anabranch/lm/data/answer_pairs.h>
#include <plugins/data/batches.h>
#include <plugins/data/stack_exchange_options.h>
#include <plugins/data/stack_exchange_rows.h>

namespace anabranch::data {
namespace {

using lm::ScoredPair;

void put(const std::vector<ScoredPair>& rows, PacketBuilder& out) {
    out.set("question", column(rows, &ScoredPair::question));
    out.set("response_j", column(rows, &ScoredPair::response_j));
    out.set("response_k", column(rows, &ScoredPair::response_k));
    out.set("score_j", column(rows, &ScoredPair::score_j));
    out.set("score_k", column(rows, &ScoredPair::score_k));
    out.set("title", column(rows, &ScoredPair::title));
    out.set("site", column(rows, &ScoredPair::site));
    out.set("question_id", column(rows, &ScoredPair::question_id));
}

Batches open(const Parameters& p) {
    const lm::PairOptions options{.question = question_options(p),
                                  .maximum_pairs = p.get<std::size_t>("max_pairs"),
                                  .shuffle = p.get<bool>("shuffle_pairs"),
                                  .seed = p.get<std::uint64_t>("pair_seed"),
                                  .sort = sort_options(p)};
    return batches<ScoredPair>(
        open_once<ScoredPair>(std::make_shared<lm::PairReader>(p.get<std::string>("path"), options)), p,
        stack_exchange_source(p), put);
}

}  // namespace

const StackExchangeRows pair_rows{
    "pairs",
    "question: str[B], response_j: str[B], response_k: str[B], score_j: i64[B], score_k: i64[B], title: str[B], "
    "site: str[B], question_id: i64[B]",
    open};

}  // namespace anabranch::data
