#include <doctest/doctest.h>

#include <array>

#include "anabranch/error.h"
#include "anabranch/lm/tokenizer/byte_level_bpe.h"
#include "anabranch/lm/tokenizer/from_gguf.h"
#include "anabranch/lm/tokenizer/open_tokenizer.h"
#include "anabranch/lm/tokenizer/to_gguf.h"
#include "anabranch/lm/tokenizer/to_huggingface.h"
#include "byte_level_data.h"
#include "support/temporary_folder.h"

using namespace anabranch::lm;
using anabranch::Error;
using anabranch::tests::TemporaryFolder;

namespace {

const std::string text =
    "<s>Hello there, it's 1234567 o'clock!\r\n\n  d\u00e9j\u00e0 vu \u4f60\u597d \U0001F600\tx  = y;</s> <tool> the "
    "end ";

ByteLevelBpeData byte_level(const std::string& pre_tokenizer) {
    ByteLevelBpeData data =
        byte_level_data({"t h", "th e", "\u0120 t", "\u0120t h", "1 2", "12 3", "o '", "\u0120 \u0120"});
    data.pre_tokenizer = pre_tokenizer;
    data.vocabulary.bos = add_special(data, "<s>");
    data.vocabulary.eos = data.vocabulary.pad = add_special(data, "</s>");
    data.vocabulary.unknown = data.vocabulary.eos;
    data.vocabulary.add_bos = true;
    data.vocabulary.chat_template = "{{ messages }}";
    add_special(data, "<tool>", TokenType::user_defined);
    return data;
}

TokenizerData sentencepiece() {
    TokenizerData data{"llama", {}, {}, {}, {}, true};
    const auto add = [&](const std::string& token, TokenType type, float score) {
        data.vocabulary.tokens.push_back(token);
        data.vocabulary.types.push_back(type);
        data.scores.push_back(score);
    };
    add("<unk>", TokenType::unknown, 0);
    add("<s>", TokenType::control, 0);
    add("</s>", TokenType::control, 0);
    constexpr std::array digits{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
    for (const char high : digits) {
        for (const char low : digits) add(std::string("<0x") + high + low + ">", TokenType::byte, 0);
    }
    add("\u2581", TokenType::normal, -1);
    for (char c = 'a'; c <= 'z'; ++c) add(std::string(1, c), TokenType::normal, -20);
    add("th", TokenType::normal, -2);
    add("the", TokenType::normal, -3);
    add("\u2581the", TokenType::normal, -4);
    add("<tool>", TokenType::user_defined, 0);
    data.vocabulary.unknown = 0;
    data.vocabulary.bos = 1;
    data.vocabulary.eos = 2;
    data.vocabulary.add_bos = true;
    return data;
}

std::unique_ptr<const Tokenizer> through_gguf(const TokenizerData& data, std::int64_t rows) {
    const TemporaryFolder folder;
    write_gguf(folder / "v.gguf", tokenizer_to_gguf(data, rows), {}, {});
    return tokenizer_from_gguf(GgufFile(folder / "v.gguf"));
}

std::unique_ptr<const Tokenizer> through_folder(const TokenizerData& data) {
    const TemporaryFolder folder;
    for (const auto& [name, content] : tokenizer_to_huggingface(data, 2048)) folder.write(name, content);
    return open_tokenizer(folder.path());
}

void check_same(const Tokenizer& one, const Tokenizer& other) {
    CHECK(one.encode(text) == other.encode(text));
    CHECK(one.encode(text, false) == other.encode(text, false));
    CHECK(one.decode(one.encode(text)) == other.decode(one.encode(text)));
    CHECK(one.bos() == other.bos());
    CHECK(one.eos() == other.eos());
    CHECK(one.pad() == other.pad());
    CHECK(one.add_bos() == other.add_bos());
    CHECK(one.stops() == other.stops());
}

}  // namespace

TEST_CASE("a byte-level tokenizer is the same through a GGUF and through a Hugging Face folder") {
    for (const std::string pre_tokenizer : {"gpt-2", "smollm", "llama-bpe"}) {
        CAPTURE(pre_tokenizer);
        const ByteLevelBpeData data = byte_level(pre_tokenizer);
        const auto original = make_byte_level_bpe(data, "test");
        const auto size = original->vocabulary_size();
        const auto gguf = through_gguf(original->data(), size);
        check_same(*original, *gguf);
        CHECK(gguf->data().merges == data.merges);
        CHECK(gguf->data().vocabulary.chat_template == "{{ messages }}");
        check_same(*original, *through_folder(original->data()));
        check_same(*original, *through_folder(gguf->data()));
    }
}

TEST_CASE("a SentencePiece tokenizer is the same through a GGUF and through a Hugging Face folder") {
    const TokenizerData data = sentencepiece();
    const auto gguf = through_gguf(data, static_cast<std::int64_t>(data.scores.size()));
    CHECK(gguf->encode("the <tool>").size() == 3);
    CHECK(gguf->data().scores == data.scores);
    check_same(*gguf, *through_gguf(gguf->data(), gguf->vocabulary_size()));
    check_same(*gguf, *through_folder(gguf->data()));
}

TEST_CASE("an embedding with more rows than the tokenizer has tokens gets names for them, one with fewer is an error") {
    const TokenizerData data = make_byte_level_bpe(byte_level("gpt-2"), "test")->data();
    const auto size = static_cast<std::int64_t>(data.vocabulary.tokens.size());
    const auto padded = through_gguf(data, size + 2);
    CHECK(padded->vocabulary_size() == size + 2);
    CHECK(padded->token(size + 1) == "[PAD" + std::to_string(size + 1) + "]");
    CHECK(padded->encode(text) == make_byte_level_bpe(byte_level("gpt-2"), "test")->encode(text));
    CHECK_THROWS_AS(static_cast<void>(tokenizer_to_gguf(data, size - 1)), Error);
}

TEST_CASE("a cut that a tokenizer.json has no words for is an error") {
    TokenizerData data = make_byte_level_bpe(byte_level("gpt-2"), "test")->data();
    data.pre_tokenizer = "bloom";
    CHECK_THROWS_WITH_AS(static_cast<void>(tokenizer_to_huggingface(data, 128)),
                         doctest::Contains("the pre-tokenizer \"bloom\""), Error);
}
