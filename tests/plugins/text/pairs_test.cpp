#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Ids = std::vector<std::int64_t>;

Harness pairs(Given given = {}) {
    given.emplace("template", std::string("{question}={answer}"));
    auto node = harness(text::add_pairs, std::move(given));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>(ByteTokenizer()));
    return node;
}
Packet rows(std::vector<std::string> questions, std::vector<std::string> j, std::vector<std::string> k) {
    return packet({{"question", Strings(std::move(questions))},
                   {"response_j", Strings(std::move(j))},
                   {"response_k", Strings(std::move(k))}});
}

}  // namespace

TEST_CASE("text.pairs: both answers stand in the template, and other columns stay") {
    auto node = pairs();
    const Packet out = node.run(rows({"q"}, {"ab"}, {"c"}));
    CHECK(ragged_row(out, "tokens_j", 0) == Ids{'q', '=', 'a', 'b'});
    CHECK(ragged_row(out, "tokens_k", 0) == Ids{'q', '=', 'c'});
    CHECK(out.strings("question") == std::vector<std::string>{"q"});
    CHECK(node.metrics().at("data/dropped_pairs") == 0);
}

TEST_CASE("text.pairs: a pair is kept only if both sides fit; none kept, no packet") {
    auto node = pairs({{"max_tokens", std::int64_t{4}}});
    const Packet out = node.run(rows({"1", "2", "3", "4"}, {"ab", "abc", "a", "ab"}, {"c", "a", "abc", "cd"}));
    CHECK(out.strings("question") == std::vector<std::string>{"1", "4"});
    CHECK(out.ragged("tokens_k").rows() == 2);
    CHECK(node.metrics().at("data/dropped_pairs") == 2);
    CHECK(node.run({{"in", rows({"1"}, {"long answer"}, {"a"})}}).empty());
}

TEST_CASE("text.pairs: an empty side and a template without {answer} are refused") {
    auto node = pairs();
    CHECK(contains(error_of([&] {
                       return node.run(rows({"q", "r"}, {"a", "b"}, {"c", ""}));
                   }),
                   "row 1 of column 'response_k': the answer is empty"));
    CHECK(contains(error_of([] {
                       return harness(text::add_pairs, {{"template", std::string("{question}")}});
                   }),
                   "no {answer}"));
    CHECK(harness(text::add_pairs, {{"template", std::string("{title}: {answer}")}}).spec().inputs.at(0).type.text() ==
          "title: str[B], response_j: str[B], response_k: str[B]");
}
