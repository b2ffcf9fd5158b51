#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/nodes.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

std::shared_ptr<Resource> make(const std::string& path) {
    Registry registry;
    text::add_tokenizer(registry);
    const auto& type = registry.resources.at(0);
    return type.make(Parameters(type.spec.parameters, {{"path", path}}), ResourceContext(Random(0), {}));
}

}  // namespace

TEST_CASE("text.tokenizer: offers what text.tokenize reads") {
    const auto resource = make(std::string(ANABRANCH_SOURCE_DIRECTORY) + "/tests/golden/data/tiny.gguf");
    const auto* source = dynamic_cast<const lm::TokenizerSource*>(resource.get());
    REQUIRE(source != nullptr);
    const auto& tokenizer = source->tokenizer();
    CHECK(tokenizer.decode(tokenizer.encode("Hello, wörld")) == "Hello, wörld");

    auto node = harness(text::add_tokenize);
    node.lend("tokenizer", resource);
    CHECK(ragged_row(node.run(texts("prompt", {"Hello"})), "prompt_tokens", 0) == tokenizer.encode("Hello"));
}

TEST_CASE("text.tokenizer: a model's folder and its tokenizer files") {
    const std::string folder = std::string(ANABRANCH_SOURCE_DIRECTORY) + "/tests/golden/data/tokenizers/";
    for (const char* path : {"llama3", "llama3/tokenizer.json", "spm", "spm/tokenizer.model"}) {
        const auto resource = make(folder + path);
        const auto& tokenizer = dynamic_cast<const lm::TokenizerSource&>(*resource).tokenizer();
        CHECK(tokenizer.decode(tokenizer.encode("Hello, wörld")) == "Hello, wörld");
    }
}

TEST_CASE("text.tokenizer: a file that is not there, or is no model, is named") {
    CHECK(contains(error_of([] { return make("nowhere.gguf"); }), "nowhere.gguf"));
    const TemporaryFolder folder;
    const std::string path = folder.write("text.gguf", "not a model");
    CHECK(contains(error_of([&] { return make(path); }), "text.gguf"));
}
