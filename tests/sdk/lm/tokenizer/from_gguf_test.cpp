#include "anabranch/lm/tokenizer/from_gguf.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "byte_level_data.h"
#include "sdk/lm/checkpoint/gguf_bytes.h"

using namespace anabranch::lm;
using anabranch::Error;

namespace {

/// A GGUF file with a byte-level vocabulary, the merge "a b" and the control token "<s>"; each part may be left out.
struct Parts {
    std::string model = "gpt2";
    std::string pre = "gpt-2";
    std::uint32_t types = 258;
    std::int32_t last_type = 3;
    std::uint64_t eos = 257;
};

GgufBytes vocabulary_file(const Parts& parts) {
    ByteLevelBpeData data = byte_level_data({"a b"});
    add_special(data, "<s>");
    GgufBytes values;
    std::uint64_t count = 3;
    values.string("tokenizer.ggml.model").u32(8).string(parts.model);
    values.string("tokenizer.ggml.tokens").u32(9).u32(8).u64(data.vocabulary.tokens.size());
    for (const std::string& token : data.vocabulary.tokens) values.string(token);
    values.string("tokenizer.ggml.merges").u32(9).u32(8).u64(1).string("a b");
    if (!parts.pre.empty()) {
        values.string("tokenizer.ggml.pre").u32(8).string(parts.pre);
        ++count;
    }
    if (parts.types > 0) {
        values.string("tokenizer.ggml.token_type").u32(9).u32(5).u64(parts.types);
        for (std::uint32_t i = 1; i < parts.types; ++i) values.number(std::int32_t{1});
        values.number(parts.last_type);
        ++count;
    }
    values.string("tokenizer.ggml.eos_token_id").u32(10).u64(parts.eos);
    GgufBytes file;
    file.header(0, count + 1);
    const std::span<const std::byte> bytes = values;
    return file.raw({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string load_error(const Parts& parts) {
    const GgufBytes bytes = vocabulary_file(parts);
    try {
        (void)tokenizer_from_gguf(GgufFile("v.gguf", bytes));
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("tokenizer from gguf: a small vocabulary") {
    const GgufBytes bytes = vocabulary_file({});
    const auto tokenizer = tokenizer_from_gguf(GgufFile("v.gguf", bytes));
    CHECK(tokenizer->encode("abc<s>") == std::vector<std::int64_t>{256, 'c', 257});
    CHECK(tokenizer->eos() == 257);
    CHECK_FALSE(tokenizer->bos().has_value());
    CHECK_FALSE(tokenizer->add_bos());
    const GgufBytes llama = vocabulary_file({.pre = "llama-bpe"});
    CHECK(tokenizer_from_gguf(GgufFile("v.gguf", llama))->add_bos());
    const GgufBytes untyped = vocabulary_file({.types = 0});
    CHECK(tokenizer_from_gguf(GgufFile("v.gguf", untyped))->encode("<s>").size() == 3);
}

TEST_CASE("tokenizer from gguf: what is not supported or not right is named") {
    CHECK(load_error({.model = "llama"}).find("v.gguf: has no metadata value \"tokenizer.ggml.scores\"") == 0);
    CHECK(load_error({.model = "bert"}).find("is of the kind \"bert\"; supported are") != std::string::npos);
    CHECK(load_error({.pre = "chatglm"}).find("v.gguf: the pre-tokenizer \"chatglm\" is not known; supported are") ==
          0);
    CHECK(load_error({.pre = ""}).find("v.gguf: does not say how text is cut (tokenizer.ggml.pre is missing)") == 0);
    CHECK(load_error({.types = 257}) == "v.gguf: the vocabulary has 258 tokens, but 257 token types");
    CHECK(load_error({.last_type = 7}) == "v.gguf: token 257 has the type 7; expected 1 to 6");
    CHECK(load_error({.eos = 258}).find("v.gguf: the eos id is 258") == 0);
    CHECK(load_error({.eos = ~std::uint64_t{0}}).find("eos_token_id is 18446744073709551615") != std::string::npos);
    const GgufBytes empty = GgufBytes().header(0, 0);
    CHECK_THROWS_WITH_AS((void)tokenizer_from_gguf(GgufFile("v.gguf", empty)),
                         doctest::Contains("has no metadata value \"tokenizer.ggml.model\""), Error);
}
