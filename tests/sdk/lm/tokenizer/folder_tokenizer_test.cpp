#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/sentencepiece/model_proto.h"
#include "anabranch/lm/sentencepiece/processor.h"
#include "anabranch/lm/tokenizer/open_tokenizer.h"
#include "anabranch/lm/tokenizer/tokenizer_data.h"
#include "support/temporary_folder.h"

using namespace anabranch::lm;
using namespace anabranch::tests;
using anabranch::Error;

namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int64_t>;

const fs::path kinds = fs::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/data/tokenizers";

std::string problem(const fs::path& path) {
    try {
        static_cast<void>(open_tokenizer(path));
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// A tokenizer.json with one member replaced.
std::string altered(const std::string& kind, const std::string& from, const std::string& to) {
    std::string text = content_of(kinds / kind / "tokenizer.json");
    const std::size_t place = text.find(from);
    REQUIRE(place != std::string::npos);
    return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("folder tokenizer: the files beside it give roles, stops, added tokens and what is written out again") {
    const TemporaryFolder folder;
    fs::copy(kinds / "spm/tokenizer.model", folder.path() / "tokenizer.model");
    const auto plain = open_tokenizer(folder.path());
    CHECK(plain->bos() == 1);
    CHECK(plain->eos() == 2);
    CHECK_FALSE(plain->pad().has_value());
    CHECK(plain->add_bos());
    CHECK(plain->stops() == Ids{2});
    const std::int64_t pieces = plain->vocabulary_size();

    folder.write("added_tokens.json", R"({"[PAD]": )" + std::to_string(pieces) + "}");
    folder.write(
        "tokenizer_config.json",
        R"({"add_bos_token": false, "pad_token": {"content": "[PAD]"}, "eos_token": "</s>", "chat_template": "x"})");
    folder.write("generation_config.json", R"({"eos_token_id": [2, )" + std::to_string(pieces) + "]}");
    const auto tokenizer = open_tokenizer(folder.path());
    CHECK(tokenizer->vocabulary_size() == pieces + 1);
    CHECK(tokenizer->pad() == pieces);
    CHECK_FALSE(tokenizer->add_bos());
    CHECK(tokenizer->stops() == Ids{2, pieces});
    CHECK(tokenizer->encode("[PAD]") == Ids{pieces});
    CHECK(tokenizer->encode("[PAD]", false).size() > 1);
    CHECK(tokenizer->data().vocabulary.chat_template == "x");
    CHECK(tokenizer->data().model == "llama");
    CHECK(tokenizer->data().scores.size() == static_cast<std::size_t>(pieces) + 1);
    const TokenizerFiles files = tokenizer->files();
    CHECK(files.size() == 3);
    CHECK(files.at("tokenizer.model") == content_of(kinds / "spm/tokenizer.model"));
}

TEST_CASE("folder tokenizer: a template that puts a token in front names it and makes add_bos") {
    const auto tokenizer = open_tokenizer(kinds / "llama3");
    REQUIRE(tokenizer->bos().has_value());
    CHECK(tokenizer->token(*tokenizer->bos()) == "<|begin_of_text|>");
    CHECK(tokenizer->add_bos());
    CHECK(tokenizer->data().pre_tokenizer == "llama-bpe");
    CHECK_FALSE(open_tokenizer(kinds / "digit_runs")->add_bos());
    CHECK_THROWS_WITH_AS(static_cast<void>(open_tokenizer(kinds / "unnamed")->data()),
                         doctest::Contains("has no name in GGUF files"), Error);
}

TEST_CASE("folder tokenizer: decoding takes back the space in front of each part, and leaves special tokens out") {
    for (const std::string kind : {"spm", "llama2"}) {
        CAPTURE(kind);
        const auto tokenizer = open_tokenizer(kinds / kind);
        for (const std::string text : {"Answer", " Answer", "  two", "a<s>b", "<s> a</s>b ", "::note"}) {
            CAPTURE(text);
            const Ids ids = tokenizer->encode(text, kind == "spm");
            CHECK(tokenizer->decode(ids) == text);
        }
        Ids ids = tokenizer->encode("Answer");
        ids.insert(ids.begin(), 1);
        ids.push_back(2);
        CHECK(tokenizer->decode(ids, true) == "Answer");
        CHECK(tokenizer->decode(ids) == "<s>Answer</s>");
        CHECK_THROWS_WITH_AS(static_cast<void>(tokenizer->decode(Ids{1, 4000})),
                             doctest::Contains("token 1 to decode has the id 4000, outside the vocabulary of 400"),
                             Error);
        CHECK_THROWS_AS(static_cast<void>(tokenizer->encode("a\xff")), Error);
    }
}

TEST_CASE("folder tokenizer: merges that came from scores give scores of the same order") {
    const auto scores = open_tokenizer(kinds / "llama2")->data().scores;
    const auto original = open_tokenizer(kinds / "spm")->data().scores;
    REQUIRE(scores.size() == original.size());
    std::vector<std::size_t> merged;
    for (std::size_t id = 0; id < scores.size(); ++id) {
        if (scores[id] > -1e9F) merged.push_back(id);
    }
    CHECK(merged.size() > 10);
    for (const std::size_t a : merged) {
        for (const std::size_t b : merged) CHECK((scores[a] < scores[b]) == (original[a] < original[b]));
    }

    // As a model of SentencePiece they cut in the same places.
    const auto tokenizer = open_tokenizer(kinds / "llama2");
    const TokenizerData data = tokenizer->data();
    SentencePieceProto proto;
    for (std::size_t id = 0; id < data.scores.size(); ++id)
        proto.pieces.push_back({data.vocabulary.tokens[id], data.scores[id], data.vocabulary.types[id]});
    const SentencePieceProcessor processor(write_sentencepiece(proto), "made");
    for (const std::string text : {"How do I paint the lamp?", "  two  spaces\n", "Река 今天 12", "😀 zzz"}) {
        Ids ids;
        processor.encode(text, ids);
        CHECK(ids == tokenizer->encode(text));
    }
}

TEST_CASE("folder tokenizer: what is not supported or not right is named with its file and place") {
    const TemporaryFolder folder;
    const fs::path json = folder.path() / "tokenizer.json";
    const auto error = [&](const std::string& text) {
        folder.write("tokenizer.json", text);
        return problem(folder.path());
    };
    CHECK(problem(folder.path()).find("has neither tokenizer.json nor tokenizer.model") != std::string::npos);
    CHECK(error("{").find(json.string()) != std::string::npos);
    CHECK(error(altered("llama3", R"("type":"BPE")", R"("type":"Unigram")"))
              .find("$.model.type is \"Unigram\"; supported is \"BPE\"") != std::string::npos);
    CHECK(error(altered("nfc_qwen2", R"("type":"NFC")", R"("type":"NFKC")")).find("$.normalizer is of the type NFKC") !=
          std::string::npos);
    CHECK(error(altered("llama3", R"("behavior":"Isolated")", R"("behavior":"Removed")"))
              .find("behavior is \"Removed\"; supported is \"Isolated\"") != std::string::npos);
    CHECK(error(altered("llama3", R"("lstrip":false)", R"("lstrip":true)")).find("$.added_tokens[0].lstrip is true") !=
          std::string::npos);
    CHECK(error(altered("digit_runs", R"("type":"Digits")", R"("type":"Whitespace")"))
              .find("is of the type Whitespace; supported are Split, Digits") != std::string::npos);
    CHECK(error(altered("llama2", R"("<0x0A>")", R"("<0x0B >")")).find("byte_fallback needs the token <0x0A>") !=
          std::string::npos);
    CHECK(error(altered("llama2", R"("<s>":1,)", "")).find("no error") != std::string::npos);  // an added token too
    CHECK(error(altered("llama2", R"("<0x00>":)", R"("<0x00>":9000, "gone":)")).find("gives no token the id 400") !=
          std::string::npos);

    fs::copy(kinds / "llama3/tokenizer.json", json, fs::copy_options::overwrite_existing);
    folder.write("tokenizer_config.json", R"({"eos_token": "<nowhere>"})");
    CHECK(problem(folder.path()).find("the eos_token \"<nowhere>\" is not in the vocabulary") != std::string::npos);
    folder.write("tokenizer_config.json", R"({"added_tokens_decoder": {"x": {"content": "y"}}})");
    CHECK(problem(folder.path()).find("has the key \"x\"; expected a token id") != std::string::npos);
}

TEST_CASE("folder tokenizer: a model of SentencePiece that is cut short or lies is an error, not a crash") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "tokenizer.model";
    const std::string whole = content_of(kinds / "spm/tokenizer.model");
    for (std::size_t size = 0; size < whole.size(); size += 37) {
        folder.write("tokenizer.model", whole.substr(0, size));
        if (const std::string message = problem(file); message != "no error") CHECK(message.find(file.string()) == 0);
    }
    folder.write("tokenizer.model", std::string(64, '\xff'));
    CHECK(problem(file).find("is no SentencePiece model") != std::string::npos);
    folder.write("added_tokens.json", R"({"far": 1000})");
    folder.write("tokenizer.model", whole);
    CHECK(problem(file).find("the added token \"far\" has the id 1000, expected 400") != std::string::npos);
}
