#include "anabranch/lm/tokenizer/byte_level_bpe.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "anabranch/error.h"
#include "byte_level_data.h"

using namespace anabranch::lm;
using anabranch::Error;

namespace {

using Ids = std::vector<std::int64_t>;

std::string make_error(ByteLevelBpeData data) {
    try {
        (void)make_byte_level_bpe(std::move(data), "v.gguf");
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("byte-level bpe: the merge of lowest rank goes first, the leftmost of equals") {
    const auto tokenizer = make_byte_level_bpe(byte_level_data({"b c", "a b", "a a", "ab c"}), "v");
    CHECK(tokenizer->encode("abc") == Ids{'a', 256});
    CHECK(tokenizer->encode("ab") == Ids{257});
    CHECK(tokenizer->encode("aaa") == Ids{258, 'a'});
    CHECK(tokenizer->encode("aaaa") == Ids{258, 258});
    CHECK(tokenizer->encode("").empty());
    // "abc" is a token, but no merges lead to it from its bytes.
    CHECK(tokenizer->find("abc") == 259);
    CHECK(tokenizer->token(259) == "abc");
    CHECK(tokenizer->vocabulary_size() == 260);
}

TEST_CASE("byte-level bpe: merges stay within the pieces that the pre-tokenizer cuts") {
    const auto tokenizer = make_byte_level_bpe(byte_level_data({"o \u0120", "\u0120 w", "o ,"}), "v");
    CHECK(tokenizer->encode("o w") == Ids{'o', 257});
    CHECK(tokenizer->encode("o,") == Ids{'o', ','});
}

TEST_CASE("byte-level bpe: llama-bpe takes a piece that is a token whatever the merges say") {
    auto data = byte_level_data({"b c", "a b", "ab c"});
    data.pre_tokenizer = "llama-bpe";
    CHECK(make_byte_level_bpe(data, "v")->encode("abc") == Ids{258});
    CHECK(make_byte_level_bpe(data, "v")->encode("abca") == Ids{'a', 256, 'a'});
}

TEST_CASE("byte-level bpe: any valid text comes back byte for byte") {
    const auto tokenizer = make_byte_level_bpe(byte_level_data({"\u00c3 \u00a9", "a b"}), "v");
    std::string all = "\u00e9\u20ac\U0001F600 a\n\tb\r\n  \u3000\u200b";
    for (char c = 0; c >= 0 && c < 127; ++c) all += c;
    CHECK(tokenizer->decode(tokenizer->encode(all)) == all);
    CHECK(tokenizer->encode("\u00e9") == Ids{256});
    CHECK(tokenizer->decode(Ids{0xF0, 0x9F}) == "\xF0\x9F");
}

TEST_CASE("byte-level bpe: special tokens, leftmost and longest first") {
    auto data = byte_level_data({"< |"});
    const auto end = add_special(data, "<|end|>");
    const auto longer = add_special(data, "<|end|><|of|>");
    const auto blanks = add_special(data, "  ", TokenType::user_defined);
    add_special(data, "<|unused|>", TokenType::unused);
    const auto tokenizer = make_byte_level_bpe(std::move(data), "v");
    CHECK(tokenizer->encode("a<|end|>b") == Ids{'a', end, 'b'});
    CHECK(tokenizer->encode("<|end|><|of|><|end|><|of") == Ids{longer, end, 256, 'o', 'f'});
    CHECK(tokenizer->encode("a   b") == Ids{'a', blanks, ' ', 'b'});
    CHECK(tokenizer->encode("<|end|>", false) == Ids{256, 'e', 'n', 'd', '|', '>'});
    CHECK(tokenizer->encode("a  ", false) == Ids{'a', blanks});
    CHECK(tokenizer->encode("<|unused|>").size() == 9);
    CHECK(tokenizer->decode(Ids{'a', end, blanks, 'b'}) == "a<|end|>  b");
    CHECK(tokenizer->decode(Ids{'a', end, blanks, 'b'}, true) == "a  b");
}

TEST_CASE("byte-level bpe: special tokens are not byte-level and keep their letters") {
    auto data = byte_level_data({});
    const auto id = add_special(data, "\u00e9t\u00e9 \u0120");
    const auto tokenizer = make_byte_level_bpe(std::move(data), "v");
    CHECK(tokenizer->encode("un \u00e9t\u00e9 \u0120") == Ids{'u', 'n', ' ', id});
    CHECK(tokenizer->decode(Ids{id}) == "\u00e9t\u00e9 \u0120");
}

TEST_CASE("byte-level bpe: roles") {
    auto data = byte_level_data({});
    data.vocabulary.bos = 1;
    data.vocabulary.eos = 2;
    data.vocabulary.add_bos = true;
    const auto tokenizer = make_byte_level_bpe(std::move(data), "v");
    CHECK(tokenizer->bos() == 1);
    CHECK(tokenizer->eos() == 2);
    CHECK_FALSE(tokenizer->pad().has_value());
    CHECK(tokenizer->add_bos());
    CHECK(tokenizer->encode("a") == Ids{'a'});
}

TEST_CASE("byte-level bpe: bad text and bad ids") {
    auto data = byte_level_data({});
    data.vocabulary.tokens[4] = "not a byte";
    const auto tokenizer = make_byte_level_bpe(std::move(data), "v");
    CHECK_THROWS_WITH_AS((void)tokenizer->encode("ab\xff"), doctest::Contains("text to tokenize: byte 2 (0xFF)"),
                         Error);
    CHECK_THROWS_WITH_AS((void)tokenizer->encode("a\x04"),
                         doctest::Contains("at byte 1 the byte 0x04, for which the vocabulary has no token"), Error);
    CHECK_THROWS_WITH_AS((void)tokenizer->decode(Ids{1, 256}), doctest::Contains("token 1 to decode has the id 256"),
                         Error);
    CHECK_THROWS_AS((void)tokenizer->decode(Ids{-1}), Error);
    CHECK_THROWS_AS((void)tokenizer->token(256), Error);
    CHECK_THROWS_AS((void)tokenizer->token(-1), Error);
    CHECK_FALSE(tokenizer->find("ab").has_value());
}

TEST_CASE("byte-level bpe: vocabularies that contradict themselves") {
    auto data = byte_level_data({"a b"});
    CHECK(make_error(data) == "no error");
    auto merge = data;
    merge.merges = {"a b", "ab zz"};
    merge.vocabulary.tokens.emplace_back("abzz");
    merge.vocabulary.types.clear();
    CHECK(make_error(merge) == "v.gguf: merge 1 is \"ab zz\": \"zz\" is not in the vocabulary");
    merge.merges = {"a c"};
    CHECK(make_error(merge) == "v.gguf: merge 0 is \"a c\": \"ac\" is not in the vocabulary");
    merge.merges = {"a b", "a b"};
    CHECK(make_error(merge) == "v.gguf: merge 1 is \"a b\": the same pair stood before");
    for (const std::string& broken : {std::string("ab"), std::string("ab "), std::string()}) {
        merge.merges = {broken};
        CHECK(make_error(merge).find("expected two tokens with one space between them") != std::string::npos);
    }
    merge.merges = {"a  b"};
    CHECK(make_error(merge).find("is not in the vocabulary") != std::string::npos);
    auto twice = data;
    twice.vocabulary.tokens[7] = "a";
    CHECK(make_error(twice) == "v.gguf: the token \"a\" has two ids, 7 and 97");
    auto types = data;
    types.vocabulary.types.pop_back();
    CHECK(make_error(types) == "v.gguf: the vocabulary has 257 tokens, but 256 token types");
    auto role = data;
    role.vocabulary.eos = 257;
    CHECK(make_error(role) == "v.gguf: the eos id is 257, but the vocabulary has 257 tokens");
    auto broken = data;
    broken.vocabulary.tokens[3] = std::string("\xff");
    CHECK(make_error(broken) == "v.gguf: token 3 is not valid UTF-8");
    auto pre = data;
    pre.pre_tokenizer = std::string("chatglm");
    CHECK(make_error(pre).find("v.gguf: the pre-tokenizer \"chatglm\" is not known; supported are gpt-2, gpt2") == 0);
    CHECK(make_error({}).find("v.gguf: ") == 0);
}
