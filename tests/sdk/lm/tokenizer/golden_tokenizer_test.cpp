// Ids recorded from Hugging Face's tokenizers. tests/golden/README.md says how to record them again.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "anabranch/lm/json/json.h"
#include "anabranch/lm/tokenizer/from_gguf.h"

using namespace anabranch::lm;

namespace {

namespace fs = std::filesystem;

const fs::path source = ANABRANCH_SOURCE_DIRECTORY;

fs::path test_data() {
    const char* set = std::getenv("ANABRANCH_TEST_DATA");
    return set != nullptr ? fs::path(set) : source / "../shared/data";
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
    const GgufFile file(model);
    const auto tokenizer = tokenizer_from_gguf(file);
    const Json golden = Json::read_file(source / "tests/golden/data" / recorded);
    CHECK(file.get<std::string>("tokenizer.ggml.pre") == golden.at("pre").string());
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
        CHECK(tokenizer->decode(ids) == text);
        if (as_text) CHECK(tokenizer->decode(ids_in(*as_text)) == text);
    }
}

}  // namespace

TEST_CASE("golden: the tiny model's tokenizer") {
    check_recorded(source / "tests/golden/data/tiny.gguf", "tokenizer_tiny.json");
}

TEST_CASE("golden: SmolLM2's tokenizer") {
    check_recorded(source / "graphs/models/SmolLM2-135M-Instruct.Q4_1.gguf", "tokenizer_smollm2.json");
}

TEST_CASE("golden: GPT-2's tokenizer") {
    check_recorded(test_data() / "tokenizers/ggml-vocab-gpt-2.gguf", "tokenizer_gpt2.json");
}
