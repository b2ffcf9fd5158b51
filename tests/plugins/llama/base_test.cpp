#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <support/temporary_folder.h>

#include <cstring>

using namespace anabranch;
using namespace anabranch::tests;

TEST_CASE("llama.base: weights and tokenizer, nothing trained") {
    const auto base = model(llama::add_base, tiny());
    CHECK(base->parameters().empty());
    CHECK(base->config().vocabulary == 400);
    CHECK(base->tokenizer().decode(base->tokenizer().encode("Hello")) == "Hello");
    CHECK(contains(base->describe(), "float32: as asked for"));
    CHECK(contains(error_of([&] { return base->view("other"); }), "no view 'other'"));
    const auto spec = refined(llama::add_base, tiny());
    CHECK(spec.views.size() == 1);
    CHECK(spec.views.front().capabilities == std::vector<std::string>{"causal_lm", "tokenizer"});
    const auto narrow = model(llama::add_base, tiny({{"dtype", "bfloat16"}}));
    CHECK(narrow->weights()->embedding.values.element_size() == 2);
}

TEST_CASE("llama.base: parameters and files that are wrong are named") {
    const auto error = [](const Given& given) { return error_of([&] { return model(llama::add_base, given); }); };
    CHECK(contains(error({}), "checkpoint"));
    CHECK(contains(error(tiny({{"dtype", "float64"}})), "one of auto, float32, bfloat16"));
    CHECK(contains(error({{"checkpoint", "nowhere.gguf"}}), "nowhere.gguf"));
    const TemporaryFolder folder;
    CHECK(contains(error({{"checkpoint", folder.write("text.gguf", "not a model")}}), "text.gguf"));
    const std::string whole = content_of(tiny_checkpoint);
    const std::string cut = folder.write("cut.gguf", std::string_view(whole).substr(0, whole.size() / 2));
    CHECK(contains(error({{"checkpoint", cut}}), "cut.gguf"));
}

TEST_CASE("llama.base: a tokenizer with more tokens than the embedding has rows") {
    std::string bytes = content_of(tiny_checkpoint);
    // The name, the number of dimensions (u32), then the dimensions (u64): columns, rows.
    const std::string name = "token_embd.weight";
    const std::size_t rows = bytes.find(name) + name.size() + sizeof(std::uint32_t) + sizeof(std::uint64_t);
    const std::uint64_t fewer = 300;
    std::memcpy(bytes.data() + rows, &fewer, sizeof(fewer));
    const TemporaryFolder folder;
    const std::string path = folder.write("small.gguf", bytes);
    const std::string error = error_of([&] {
        return model(llama::add_base, {{"checkpoint", path}, {"dtype", "float32"}});
    });
    CHECK(contains(error, "small.gguf: the tokenizer has 400 tokens, the embedding only 300 rows"));
}

TEST_CASE("weights: int8 for what is not trained; a model that is trained whole says no") {
    for (const Add add : {llama::add_base, llama::add_policy, llama::add_reward}) {
        const auto made = model(add, tiny({{"weights", "int8"}}));
        CHECK(made->weights()->head.quantised());
        CHECK(contains(made->describe(), "0.08 M weights (int8 with a scale for each row, 0.09 MB; float32"));
    }
    const auto policy = model(llama::add_policy, tiny({{"weights", "int8"}}));
    const auto shared = model(llama::add_reward, {}, {{"base", policy}});
    CHECK(shared->weights() == policy->weights());
    CHECK(contains(error_of([] {
                       return refined(llama::add_full, tiny({{"weights", "int8"}}));
                   }),
                   "weights: int8 is for weights that are not trained"));
    CHECK(contains(error_of([] { return refined(llama::add_base, tiny({{"weights", "int4"}})); }), "full, int8"));
}
