#include "tokenizer/pre_tokenizer.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using anabranch::lm::find_pre_tokenizer;

namespace {

using Pieces = std::vector<std::string>;

Pieces pieces(std::string_view name, std::string_view text) {
    const auto rule = *find_pre_tokenizer(name);
    Pieces cut;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = rule.piece_end(text, begin);
        REQUIRE(end > begin);
        REQUIRE(end <= text.size());
        cut.emplace_back(text.substr(begin, end - begin));
        begin = end;
    }
    return cut;
}

}  // namespace

TEST_CASE("pre-tokenizer gpt-2: words, numbers and signs take one space before them") {
    CHECK(pieces("gpt-2", "Hello world 123!? a_b") == Pieces{"Hello", " world", " 123", "!?", " a", "_", "b"});
    CHECK(pieces("gpt-2", " \u00e9t\u00e9 \u4e2d\u6587\u0663\u00bd") ==
          Pieces{" \u00e9t\u00e9", " \u4e2d\u6587", "\u0663\u00bd"});
    CHECK(pieces("gpt-2", "\tx\u00a0y") == Pieces{"\t", "x", "\u00a0", "y"});
}

TEST_CASE("pre-tokenizer gpt-2: contractions in lower case only") {
    CHECK(pieces("gpt-2", "it's I'll we've you're I'm don't he'd") ==
          Pieces{"it", "'s", " I", "'ll", " we", "'ve", " you", "'re", " I", "'m", " don", "'t", " he", "'d"});
    CHECK(pieces("gpt-2", "IT'S 'sx 'r '") == Pieces{"IT", "'", "S", " '", "sx", " '", "r", " '"});
    CHECK(pieces("gpt-2", "'sx''s") == Pieces{"'s", "x", "''", "s"});
}

TEST_CASE("pre-tokenizer gpt-2: a run of spaces leaves its last to what follows") {
    CHECK(pieces("gpt-2", "a   b") == Pieces{"a", "  ", " b"});
    CHECK(pieces("gpt-2", "a \n b") == Pieces{"a", " \n", " b"});
    CHECK(pieces("gpt-2", "a\n\nb") == Pieces{"a", "\n", "\n", "b"});
    CHECK(pieces("gpt-2", "a  ") == Pieces{"a", "  "});
    CHECK(pieces("gpt-2", "a \u3000\u3000b") == Pieces{"a", " \u3000", "\u3000", "b"});
    CHECK(pieces("gpt-2", " ") == Pieces{" "});
}

TEST_CASE("pre-tokenizer gpt-2: which characters are white space") {
    // U+0085 and the separators are; U+180E, U+200B and U+FEFF, which look like it, are not.
    for (const std::string space : {"\u0085", "\u00a0", "\u1680", "\u2000", "\u200a", "\u2028", "\u2029", "\u202f",
                                    "\u205f", "\u3000", "\t", "\v", "\f"}) {
        CAPTURE(space);
        CHECK(pieces("gpt-2", "!" + space + "!") == Pieces{"!", space, "!"});
    }
    for (const std::string sign : {"\u180e", "\u200b", "\ufeff", "\u001f", "\u0300"}) {
        CAPTURE(sign);
        CHECK(pieces("gpt-2", "!" + sign + "!") == Pieces{"!" + sign + "!"});
    }
}

TEST_CASE("pre-tokenizer smollm: every digit alone, and the pieces between end there") {
    CHECK(pieces("smollm", "a 12b") == Pieces{"a", " ", "1", "2", "b"});
    CHECK(pieces("smollm", "a  1  ") == Pieces{"a", "  ", "1", "  "});
    CHECK(pieces("smollm", "\u00bd\u2167!7") == Pieces{"\u00bd", "\u2167", "!", "7"});
    CHECK(pieces("smollm", "it's  ok") == Pieces{"it", "'s", " ", " ok"});
}

TEST_CASE("pre-tokenizer llama-bpe: three digits, any sign before a word, newlines after signs") {
    CHECK(pieces("llama-bpe", "1234567 \u0663\u0664\u0665\u0666") ==
          Pieces{"123", "456", "7", " ", "\u0663\u0664\u0665", "\u0666"});
    CHECK(pieces("llama-bpe", "(word) _x\tz !!\n\nq") == Pieces{"(word", ")", " _", "x", "\tz", " !!\n\n", "q"});
    CHECK(pieces("llama-bpe", "It'S I'LL '\u017F'x") == Pieces{"It", "'S", " I", "'LL", " '", "\u017F", "'x"});
    CHECK(pieces("llama-bpe", "a'\u017F") == Pieces{"a", "'\u017F"});
    CHECK(pieces("llama-bpe", "a \n \n  b") == Pieces{"a", " \n \n", " ", " b"});
    CHECK(pieces("llama-bpe", "\r\na\n  ") == Pieces{"\r\n", "a", "\n", "  "});
    CHECK(pieces("llama-bpe", "a   1") == Pieces{"a", "  ", " ", "1"});
}

TEST_CASE("pre-tokenizers: whatever the text, the pieces are whole characters that make it up") {
    const Pieces alphabet = {"a",          "Z",      " ",      "  ",     "\n",     "\r\n",   "1",
                             "'",          "'s",     "'LL",    "\u017F", "!",      "\u00e9", "\u4e2d",
                             "\U0001F600", "\u0301", "\u00a0", "\u0085", "\u3000", "\u200b"};
    std::mt19937 random(3);
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (unsigned i = 0; i <= random() % 20; ++i) text += alphabet[random() % alphabet.size()];
        CAPTURE(text);
        for (const std::string name : {"gpt-2", "smollm", "llama-bpe"}) {
            std::string joined;
            for (const std::string& piece : pieces(name, text)) {
                REQUIRE((static_cast<unsigned char>(piece[0]) & 0xC0) != 0x80);
                joined += piece;
            }
            REQUIRE(joined == text);
        }
    }
}

TEST_CASE("pre-tokenizers: names") {
    CHECK_FALSE(find_pre_tokenizer("chatglm").has_value());
    CHECK_FALSE(find_pre_tokenizer("").has_value());
    CHECK(anabranch::lm::pre_tokenizer_names() == "gpt-2, gpt2, default, smollm, llama-bpe, qwen2");
}
