#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/export/export_model.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <doctest/doctest.h>

#include "sdk/lm/export/models.h"
#include "sdk/lm/support/tolerance.h"
#include "support/temporary_folder.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using anabranch::tests::TemporaryFolder;

namespace {

LanguageModel read_back(const std::filesystem::path& path) {
    const GgufFile file(path);
    return LanguageModel({path.string(),
                          weights_from_gguf(file, {at::kFloat, at::kCPU, "test"}),
                          tokenizer_from_gguf(file),
                          {},
                          {},
                          {},
                          {}});
}

}  // namespace

TEST_CASE("weights taken apart and built again are the same weights") {
    const LanguageModel model(tiny_parts());
    const LanguageModel again = merged_model(model);
    CHECK(at::equal(logits_of(again), logits_of(model)));
    const auto source = weights_in_memory(*model.weights(), nullptr);
    CHECK_THROWS_AS(static_cast<void>(source->read({"model.layers.2.mlp.up_proj.weight", {96, 64}})), anabranch::Error);
    // What is read is the reader's own.
    const TensorSpec norm{"model.norm.weight", {64}};
    source->read(norm).zero_();
    CHECK(at::equal(source->read(norm), model.weights()->norm));
}

TEST_CASE("merged weights give the logits of weights and adapter") {
    const LanguageModel model(trained_parts());
    CHECK(excess(logits_of(merged_model(model)), logits_of(model), test::model(at::kFloat)) < 1);
    CHECK(excess(logits_of(LanguageModel(tiny_parts())), logits_of(model), test::model(at::kFloat)) > 100);
}

TEST_CASE("a GGUF gives the merged model's logits bit for bit, and its tokens") {
    const TemporaryFolder folder;
    const LanguageModel model(trained_parts());
    model.export_to(folder / "model.gguf", {.format = "gguf", .name = "a test"});
    const LanguageModel again = read_back(folder / "model.gguf");
    CHECK(at::equal(logits_of(again), logits_of(merged_model(model))));
    CHECK(same_tokenizer(again.tokenizer(), model.tokenizer()));
    const GgufFile file(folder / "model.gguf");
    CHECK(file.get<std::string>("general.name") == "a test");
    const GgufFile original(golden("tiny.gguf"));
    CHECK(file.tensors().size() == original.tensors().size());
    for (const auto& tensor : original.tensors()) {
        CHECK(file.tensor(tensor.name).shape == tensor.shape);
    }
}

TEST_CASE("a GGUF of half precision has its matrices in it and its norms in float32") {
    const TemporaryFolder folder;
    const LanguageModel model(trained_parts());
    const at::Tensor expected = logits_of(merged_model(model));
    for (const auto& [dtype, type] : {std::pair{"float16", "F16"}, std::pair{"bfloat16", "BF16"}}) {
        CAPTURE(dtype);
        const std::string path = folder / dtype;
        model.export_to(path, {.format = "gguf", .dtype = dtype});
        const GgufFile file(path);
        CHECK(file.tensor("blk.1.ffn_down.weight").type.name == type);
        CHECK(file.tensor("output_norm.weight").type.name == "F32");
        CHECK(excess(logits_of(read_back(path)), expected, test::model(at::kBFloat16)) < 1);
    }
}

TEST_CASE("llama.cpp has no place for a score head") {
    const TemporaryFolder folder;
    auto parts = trained_parts();
    parts.score_head = LinearHead::make(64, false, anabranch::Random(3), at::kCPU);
    CHECK_THROWS_WITH_AS(LanguageModel(std::move(parts)).export_to(folder / "model.gguf", {.format = "gguf"}),
                         doctest::Contains("export it with --format hf"), anabranch::Error);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("an unknown format or type is an error") {
    const TemporaryFolder folder;
    const LanguageModel model(trained_parts());
    for (const anabranch::ExportOptions& options :
         {anabranch::ExportOptions{.format = "onnx"}, {.dtype = "int4"}, {.format = "hf", .dtype = "float16"}}) {
        CHECK_THROWS_AS(model.export_to(folder / "out", options), anabranch::Error);
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}
