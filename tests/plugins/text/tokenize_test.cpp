#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

Harness tokenize(Given given, ByteTokenizer tokenizer = {}) {
    auto node = harness(text::add_tokenize, std::move(given));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>(tokenizer));
    return node;
}

ByteTokenizer with_bos() {
    ByteTokenizer tokenizer;
    tokenizer.wants_bos = true;
    return tokenizer;
}

using Ids = std::vector<std::int64_t>;

Ids ids_of(const std::string& prompt, Given given, ByteTokenizer tokenizer = {}) {
    return ragged_row(tokenize(std::move(given), tokenizer).run(texts("prompt", {prompt})), "prompt_tokens", 0);
}

Given limit(const char* too_long, std::int64_t most) {
    return {{"too_long", too_long}, {"max_tokens", most}};
}

}  // namespace

TEST_CASE("text.tokenize: ids as long as each text; columns are passed on") {
    const Packet out =
        tokenize({}).run(packet({{"prompt", Strings({"ab", "", "c"})}, {"n", Strings({"1", "2", "3"})}}));
    CHECK(ragged_row(out, "prompt_tokens", 0) == Ids{'a', 'b'});
    CHECK(ragged_row(out, "prompt_tokens", 1).empty());
    CHECK(ragged_row(out, "prompt_tokens", 2) == Ids{'c'});
    CHECK(out.strings("n")[2] == "3");
    CHECK(tokenize({}).run(texts("prompt", {})).rows() == 0);
}

TEST_CASE("text.tokenize: the BOS comes as the tokenizer says, or as asked for") {
    CHECK(ids_of("a", {}, with_bos()) == Ids{256, 'a'});
    CHECK(ids_of("a", {{"add_bos", false}}, with_bos()) == Ids{'a'});
    CHECK(ids_of("a", {{"add_bos", true}}) == Ids{256, 'a'});
}

TEST_CASE("text.tokenize: control tokens in the text are parsed unless told not to") {
    CHECK(ids_of("a</s>", {}) == Ids{'a', 257});
    CHECK(ids_of("</s>", {{"parse_special", false}}) == Ids{'<', '/', 's', '>'});
}

TEST_CASE("text.tokenize: other columns") {
    auto node = tokenize({{"column", "text"}, {"into", "ids"}});
    CHECK(ragged_row(node.run(texts("text", {"a"})), "ids", 0) == Ids{'a'});
    CHECK(node.spec().inputs.at(0).type.text() == "text: str[B]");
    CHECK(node.spec().outputs.at(0).type.text() == "*, ids: i64[B,~P]");
}

TEST_CASE("text.tokenize: a text that is too long is an error, or truncated on a side") {
    CHECK(ids_of("abcd", limit("error", 4)) == Ids{'a', 'b', 'c', 'd'});
    CHECK(error_of([] {
              return tokenize(limit("error", 2)).run(texts("prompt", {"ab", "abc"}));
          }) ==
          "row 1 of column 'prompt': the text has 3 tokens, max_tokens is 2; raise it, or set too_long to drop, "
          "truncate_left or truncate_right");
    CHECK(ids_of("abcd", limit("truncate_left", 3), with_bos()) == Ids{256, 'c', 'd'});
    CHECK(ids_of("abcd", limit("truncate_right", 3), with_bos()) == Ids{256, 'a', 'b'});
    CHECK(ids_of("abcd", limit("truncate_left", 2)) == Ids{'c', 'd'});
}

TEST_CASE("text.tokenize: dropped rows leave every column, and the node regroups") {
    auto node = tokenize(limit("drop", 2));
    CHECK(node.spec().regroups_rows);
    const auto run = [&](std::vector<std::string> rows) {
        return node.run({{"in", texts("prompt", std::move(rows))}});
    };
    const auto some = run({"abc", "ab", "abcd", "c"});
    REQUIRE(some.size() == 1);
    CHECK(some[0].second.strings("prompt") == std::vector<std::string>{"ab", "c"});
    CHECK(ragged_row(some[0].second, "prompt_tokens", 1) == Ids{'c'});
    CHECK(node.metrics().at("data/dropped_rows") == 2);
    CHECK(run({"abc"}).empty());
    CHECK(run({"a"}).at(0).second.rows() == 1);
    CHECK_FALSE(tokenize(limit("error", 2)).spec().regroups_rows);
    CHECK(contains(error_of([] { return tokenize({{"too_long", "drop"}}); }), "drop needs max_tokens"));
}
