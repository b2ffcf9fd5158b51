#include <anabranch/lm/checkpoint/safetensors_folder.h>
#include <anabranch/lm/export/export_model.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/checkpoint.h>
#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>

#include "export/model_tensors.h"
#include "sdk/lm/export/models.h"
#include "sdk/lm/support/tolerance.h"
#include "support/temporary_folder.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using anabranch::tests::TemporaryFolder;

namespace {

const Compute exact{at::kFloat, at::kCPU, "test"};

LanguageModel opened(const std::filesystem::path& path) {
    Checkpoint checkpoint = open_checkpoint(path, exact);
    return LanguageModel(
        {checkpoint.path, checkpoint.weights, checkpoint.tokenizer, {}, {}, std::move(checkpoint.score_head), {}});
}

LanguageModel::Parts trained_reward() {
    auto parts = trained_parts();
    parts.score_head = LinearHead::make(64, false, anabranch::Random(3), at::kCPU);
    return parts;
}

}  // namespace

TEST_CASE("a merged folder gives the merged model's logits bit for bit, and its tokens") {
    const TemporaryFolder folder;
    const LanguageModel model(trained_parts());
    model.export_to(folder / "merged", {.merge = true});
    const LanguageModel again = opened(folder / "merged");
    CHECK(at::equal(logits_of(again), logits_of(merged_model(model))));
    CHECK(same_tokenizer(again.tokenizer(), model.tokenizer()));
    const Json config = Json::read_file(folder / "merged/config.json");
    CHECK(config.at("architectures").at(0).string() == "LlamaForCausalLM");
    CHECK(config.at("eos_token_id").integer() == 2);
    CHECK(config.at("torch_dtype").string() == "float32");
}

TEST_CASE("a model larger than a shard is cut between tensors, with an index") {
    const TemporaryFolder folder;
    const LanguageModel model(tiny_parts());
    const auto source = weights_in_memory(*model.weights(), nullptr);
    const auto tensors = tensors_of(model.config());
    const auto read = [&](const TensorSpec& tensor) { return source->read(tensor); };
    const std::int64_t embedding = 400 * 64 * 2;
    write_model_tensors(folder.path(), tensors, at::kBFloat16, read, embedding);
    const SafetensorsFolder shards(folder.path());
    CHECK(shards.shard_count() == 4);
    CHECK(std::filesystem::exists(folder / "model-00004-of-00004.safetensors"));
    CHECK(shards.names().size() == tensors.size());
    CHECK(shards.file_of("model.norm.weight").tensor("model.norm.weight").dtype == "BF16");
    const Json index = Json::read_file(folder / "model.safetensors.index.json");
    std::int64_t total = 0;
    for (const auto& tensor : tensors) total += read(tensor).numel() * 2;
    CHECK(index.at("metadata").at("total_size").integer() == total);
}

TEST_CASE("an adapter folder gives model and adapter back") {
    const TemporaryFolder folder;
    auto parts = trained_parts();
    parts.value_head = LinearHead::make(64, true, anabranch::Random(4), at::kCPU);
    const LanguageModel model(std::move(parts));
    model.export_to(folder / "adapter", {});
    const Json config = Json::read_file(folder / "adapter/adapter_config.json");
    CHECK(config.at("task_type").string() == "CAUSAL_LM");
    CHECK(config.at("base_model_name_or_path").string() == golden("tiny.gguf").string());

    auto fresh = tiny_parts();
    fresh.lora.emplace(read_adapter_config(folder / "adapter"), fresh.weights->config, anabranch::Random(9), at::kCPU);
    fresh.value_head = LinearHead::make(64, true, anabranch::Random(9), at::kCPU);
    LanguageModel again(std::move(fresh));
    again.load(folder / "adapter");
    CHECK(at::equal(logits_of(again), logits_of(model)));
    CHECK(at::equal(again.value_head().weight, model.value_head().weight));
    CHECK(at::equal(again.value_head().bias, model.value_head().bias));
    // The same as a checkpoint, merged while it is read.
    CHECK(at::equal(logits_of(opened(folder / "adapter")), logits_of(merged_model(model))));
}

TEST_CASE("the score head of a reward model survives saving, loading and merging") {
    const TemporaryFolder folder;
    const LanguageModel model(trained_reward());
    const at::NoGradGuard no_grad;
    const at::Tensor scores = score_sequences(model, export_sequences);

    std::filesystem::create_directory(folder / "saved");
    model.save(folder / "saved");
    auto fresh = tiny_parts();
    fresh.lora.emplace(model.lora()->config(), fresh.weights->config, anabranch::Random(9), at::kCPU);
    fresh.score_head = LinearHead::make(64, false, anabranch::Random(9), at::kCPU);
    LanguageModel loaded(std::move(fresh));
    loaded.load(folder / "saved");
    CHECK(at::equal(score_sequences(loaded, export_sequences), scores));

    loaded.export_to(folder / "merged", {.merge = true});
    const LanguageModel merged = opened(folder / "merged");
    CHECK(at::equal(score_sequences(merged, export_sequences), score_sequences(merged_model(model), export_sequences)));
    CHECK(excess(score_sequences(merged, export_sequences), scores, test::model(at::kFloat)) < 1);
    const Json config = Json::read_file(folder / "merged/config.json");
    CHECK(config.at("architectures").at(0).string() == "LlamaForSequenceClassification");
    CHECK(config.at("id2label").size() == 1);
    CHECK(config.at("pad_token_id").integer() == 0);
    CHECK_FALSE(SafetensorsFolder(folder / "merged").has("lm_head.weight"));

    loaded.export_to(folder / "adapter", {});
    const Json adapter = Json::read_file(folder / "adapter/adapter_config.json");
    CHECK(adapter.at("task_type").string() == "SEQ_CLS");
    CHECK(adapter.at("modules_to_save").at(0).string() == "score");
    const SafetensorsFile file(folder / "adapter/adapter_model.safetensors");
    CHECK(file.tensor("base_model.model.score.weight").shape == std::vector<std::int64_t>{1, 64});
    CHECK(at::equal(score_sequences(opened(folder / "adapter"), export_sequences),
                    score_sequences(merged, export_sequences)));
}
