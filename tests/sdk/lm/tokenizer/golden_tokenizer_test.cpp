// Ids recorded from Hugging Face's tokenizers and from sentencepiece. tests/golden/README.md says how to record them
// again.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "anabranch/lm/json/json.h"
#include "anabranch/lm/tokenizer/open_tokenizer.h"

using namespace anabranch::lm;

namespace {

namespace fs = std::filesystem;

const fs::path golden_data = fs::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/data";

fs::path test_data() {
    const char* set = std::getenv("ANABRANCH_TEST_DATA");
    return set != nullptr ? fs::path(set) : fs::path(ANABRANCH_SOURCE_DIRECTORY) / "../shared/data";
}

std::vector<std::int64_t> ids_in(const Json& array) {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < array.size(); ++i) ids.push_back(array.at(i).integer());
    return ids;
}

void check_recorded(const fs::path& model, const std::string& recorded) {
    if (!fs::exists(model)) {
        MESSAGE("skipped: " << model.string() << " is absent");
        return;
    }
    const auto tokenizer = open_tokenizer(model);
    const Json golden = Json::read_file(golden_data / ("tokenizer_" + recorded + ".json"));
    CHECK(tokenizer->vocabulary_size() == golden.at("vocabulary").integer());
    const Json cases = golden.at("cases");
    CHECK(cases.size() > 50);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::string& text = cases.at(i).at("text").string();
        CAPTURE(text);
        const auto ids = ids_in(cases.at(i).at("ids"));
        const auto as_text = cases.at(i).find("ids_as_text");
        CHECK(tokenizer->encode(text) == ids);
        CHECK(tokenizer->encode(text, false) == (as_text ? ids_in(*as_text) : ids));
        // `decoded`: the ids do not tell the text (a space that a prefix or a token swallowed, an unknown character).
        const auto decoded = cases.at(i).find("decoded");
        if (decoded && decoded->is_null()) continue;
        CHECK(tokenizer->decode(ids) == (decoded ? decoded->string() : text));
        if (as_text && !decoded) CHECK(tokenizer->decode(ids_in(*as_text)) == text);
    }
}

}  // namespace

TEST_CASE("golden: the tiny model's tokenizer") {
    check_recorded(golden_data / "tiny.gguf", "tiny");
}

TEST_CASE("golden: SmolLM2's tokenizer") {
    check_recorded(fs::path(ANABRANCH_SOURCE_DIRECTORY) / "graphs/models/SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2");
}

TEST_CASE("golden: GPT-2's tokenizer") {
    check_recorded(test_data() / "tokenizers/ggml-vocab-gpt-2.gguf", "gpt2");
}

TEST_CASE("golden: tokenizer.json of every kind") {
    for (const std::string kind : {"llama3", "nfc_qwen2", "prefix_space", "digit_runs", "unnamed", "llama2",
                                   "llama2_first", "metaspace_words", "metaspace_never", "unknown"}) {
        CAPTURE(kind);
        check_recorded(golden_data / "tokenizers" / kind, kind);
    }
}

TEST_CASE("golden: a SentencePiece model, and the same vocabulary in a GGUF file") {
    check_recorded(golden_data / "tokenizers/spm", "spm");
    check_recorded(golden_data / "tokenizers/spm/vocabulary.gguf", "spm");
}

TEST_CASE("golden: LLaMA-2's tokenizer as SentencePiece model, GGUF and tokenizer.json, and a byte-level one") {
    check_recorded(test_data() / "tokenizers/llama2-tokenizer.model", "llama2_model");
    check_recorded(test_data() / "tokenizers/ggml-vocab-llama-spm.gguf", "llama2_model");
    check_recorded(test_data() / "tokenizers/llama2-tokenizer.json", "llama2_json");
    check_recorded(test_data() / "tokenizers/tiny_bpe_tokenizer.json", "tiny_bpe");
}
