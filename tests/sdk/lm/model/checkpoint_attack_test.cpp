#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/model/checkpoint.h>
#include <anabranch/lm/tensor/tensor_file.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "support/temporary_folder.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using anabranch::Error;
using namespace anabranch::tests;

namespace {

namespace fs = std::filesystem;

/// A copy of a golden folder, beside its base, that a test spoils.
class Spoilt {
  public:
    explicit Spoilt(const std::string& name) : path_(outer_.path() / name) {
        for (const std::string& copied : {std::string("llama"), name})
            fs::copy(golden("checkpoints") / copied, outer_.path() / copied,
                     fs::copy_options::recursive | fs::copy_options::skip_existing);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }
    void replace(const std::string& file, const std::string& from, const std::string& to) const {
        std::string text = content_of(path_ / file);
        const std::size_t place = text.find(from);
        REQUIRE(place != std::string::npos);
        std::ofstream(path_ / file, std::ios::binary) << text.replace(place, from.size(), to);
    }
    void write(const std::string& file, const std::string& text) const {
        std::ofstream(path_ / file, std::ios::binary) << text;
    }
    /// Writes the tensors of a file again but for a change to one.
    template <typename Change>
    void change(const std::string& file, Change change) const {
        NamedTensors tensors;
        {
            const SafetensorsFile old(path_ / file);
            for (const auto& [name, tensor] : old.tensors()) tensors.emplace_back(name, load_tensor(old, name));
        }
        change(tensors);
        save_tensors(path_ / file, tensors);
    }
    [[nodiscard]] std::string problem(const std::optional<fs::path>& base = {}) const {
        try {
            static_cast<void>(open_checkpoint(path_, {at::kFloat, at::kCPU, ""}, base));
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }

  private:
    TemporaryFolder outer_;
    fs::path path_;
};

bool has(const std::string& text, const std::string& part) {
    CAPTURE(text);
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
    return text.find(part) != std::string::npos;
}

/// The error when one value of config.json is another.
std::string with_config(const std::string& folder, const std::string& from, const std::string& to) {
    const Spoilt spoilt(folder);
    spoilt.replace("config.json", from, to);
    return spoilt.problem();
}

}  // namespace

TEST_CASE("checkpoint attack: a configuration that is no LLaMA's is named with file and key") {
    CHECK(has(with_config("llama", "\"model_type\": \"llama\"", "\"model_type\": \"qwen2\""),
              "config.json: $.model_type is 'qwen2'; supported are llama and mistral"));
    CHECK(
        has(with_config("llama", "\"attention_bias\": false", "\"attention_bias\": true"), "$.attention_bias is true"));
    CHECK(has(with_config("llama", "\"mlp_bias\": false", "\"mlp_bias\": true"), "$.mlp_bias is true"));
    CHECK(has(with_config("llama", "\"silu\"", "\"gelu\""), "$.hidden_act is 'gelu'; expected 'silu'"));
    CHECK(has(with_config("sharded", "\"rope_type\": \"linear\"", "\"rope_type\": \"dynamic\""),
              "is 'dynamic'; supported are default, linear and llama3"));
    CHECK(has(with_config("llama3", "\"factor\": 8.0", "\"factor\": -8.0"), "$.rope_scaling.factor is -8"));
    CHECK(has(with_config("llama3", "\"high_freq_factor\": 4.0", "\"high_freq_factor\": 1.0"), "is not above"));
    CHECK(has(with_config("llama", "\"hidden_size\": 32", "\"hidden_size\": 0"), "$.hidden_size is 0"));
    CHECK(
        has(with_config("llama", "\"num_key_value_heads\": 4", "\"num_key_value_heads\": 3"), "do not fit each other"));
    CHECK(has(with_config("llama", "{", "{\"quantization_config\": {},"), "says that the weights are quantised"));
    CHECK(has(with_config("llama", "{", "{,"), "config.json"));
    CHECK(with_config("llama", "\"attention_bias\": false", "\"attention_bias\": null") == "no error");
}

TEST_CASE("checkpoint attack: tensors that do not fit the configuration are named") {
    CHECK(has(with_config("llama", "\"intermediate_size\": 40", "\"intermediate_size\": 48"),
              "tensor 'model.layers.0.mlp.gate_proj.weight' has shape [40, 32], expected [48, 32]"));
    CHECK(has(with_config("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"),
              "tensor 'model.layers.1.input_layernorm.weight' has no place in a LLaMA of 1 layers"));
    CHECK(has(with_config("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"),
              "has no tensor \"model.layers.2.input_layernorm.weight\""));
    CHECK(has(with_config("llama3", "\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false"),
              "has no tensor \"lm_head.weight\""));
    const Spoilt bias("llama");
    bias.change("model.safetensors", [](NamedTensors& tensors) {
        tensors.emplace_back("model.layers.0.self_attn.q_proj.bias", at::zeros({32}));
    });
    CHECK(has(bias.problem(), "model.safetensors: tensor 'model.layers.0.self_attn.q_proj.bias' has no place"));
    const Spoilt whole("llama");
    whole.change("model.safetensors", [](NamedTensors& tensors) {
        for (auto& [name, values] : tensors) values = name == "model.norm.weight" ? values.to(at::kLong) : values;
    });
    CHECK(has(whole.problem(), "tensor 'model.norm.weight' has dtype I64, expected F32, F16 or BF16"));
    const Spoilt scores("classifier");
    scores.change("model.safetensors", [](NamedTensors& tensors) {
        for (auto& [name, values] : tensors) values = name == "score.weight" ? at::zeros({2, 32}) : values;
    });
    CHECK(has(scores.problem(), "the score head has shape [2, 32], expected [1, 32]"));
}

TEST_CASE("checkpoint attack: a folder that lacks a file or contradicts its index says which") {
    const std::string first = "model-00001-of-00004.safetensors";
    const Spoilt missing("sharded");
    fs::remove(missing.path() / first);
    CHECK(has(missing.problem(), "names " + first + ", which is not in the folder; get the missing shard"));
    const Spoilt lying("sharded");
    lying.replace("model.safetensors.index.json", "\"model.norm.weight\": \"model-00004-of-00004.safetensors\"",
                  "\"model.norm.weight\": \"" + first + "\"");
    CHECK(has(lying.problem(), "$.weight_map[\"model.norm.weight\"] says that " + first + " holds this tensor"));
    const Spoilt outside("sharded");
    outside.replace("model.safetensors.index.json", first, "../" + first);
    CHECK(has(outside.problem(), "expected the name of a .safetensors file in the same folder"));
    const Spoilt cut("llama");
    cut.write("model.safetensors", content_of(cut.path() / "model.safetensors").substr(0, 100000));
    CHECK(has(cut.problem(), "model.safetensors"));
    const Spoilt pickled("llama");
    fs::rename(pickled.path() / "model.safetensors", pickled.path() / "pytorch_model.bin");
    CHECK(has(pickled.problem(), "its pytorch_model.bin is a pickle, which is not read"));
    const Spoilt speechless("llama");
    fs::remove(speechless.path() / "tokenizer.model");
    CHECK(has(speechless.problem(), "has neither tokenizer.json nor tokenizer.model"));
    const Spoilt empty("llama");
    fs::remove(empty.path() / "config.json");
    CHECK(has(empty.problem(), "has neither config.json (a Hugging Face folder) nor adapter_config.json"));
    const TemporaryFolder nothing;
    CHECK_THROWS_WITH_AS(static_cast<void>(open_checkpoint_source(nothing / "gone")),
                         doctest::Contains("no such file or folder"), Error);
    CHECK_THROWS_WITH_AS(static_cast<void>(open_checkpoint_source(golden("checkpoints/llama/model.safetensors"))),
                         doctest::Contains("give its folder"), Error);
}

TEST_CASE("checkpoint attack: a vocabulary that does not fit the model") {
    const Spoilt spoilt("llama");
    spoilt.write("added_tokens.json", R"({"[PAD]": 400})");
    CHECK(has(spoilt.problem(), "the tokenizer has 401 tokens, the embedding only 400 rows"));
}

TEST_CASE("checkpoint attack: an adapter for another base is named by its tensor") {
    const std::string tensors = "adapter_model.safetensors";
    const auto named = [&](const std::string& from, const std::string& to) {
        const Spoilt spoilt("adapter");
        spoilt.change(tensors, [&](NamedTensors& all) {
            for (auto& [name, values] : all) {
                if (const std::size_t place = name.find(from); place != std::string::npos)
                    name.replace(place, from.size(), to);
            }
        });
        return spoilt.problem();
    };
    CHECK(has(named("layers.1.self_attn.q_proj", "layers.7.self_attn.q_proj"),
              "changes 'model.layers.7.self_attn.q_proj.weight', which its base has not"));
    CHECK(has(named("layers.1.self_attn.q_proj.lora_A", "layers.1.self_attn.q_proj.lora_C"),
              "is no pair of a LoRA and no score head"));
    const Spoilt half("adapter");
    half.change(tensors, [](NamedTensors& all) { all.erase(all.begin()); });
    CHECK(has(half.problem(), "has no lora_A"));
    const Spoilt wide("adapter");
    wide.change(tensors, [](NamedTensors& all) {
        for (auto& [name, values] : all) {
            if (name.ends_with("layers.0.mlp.up_proj.lora_A.weight")) values = at::zeros({2, 48});
        }
    });
    CHECK(has(wide.problem(),
              "the adapter of 'model.layers.0.mlp.up_proj.weight' makes a matrix [40, 48], but the base has [40, 32]"));
    const Spoilt rank("adapter");
    rank.replace("adapter_config.json", "\"r\": 2", "\"r\": 3");
    CHECK(has(rank.problem(), "expected a matrix of rank 3 as adapter_config.json says"));
    const Spoilt pattern("adapter");
    pattern.replace("adapter_config.json", "\"rank_pattern\": {}", "\"rank_pattern\": {\"q_proj\": 8}");
    CHECK(has(pattern.problem(), "$.rank_pattern is not empty"));
}

TEST_CASE("checkpoint attack: an adapter whose base is not here asks for it, and takes the one that is given") {
    const Spoilt hub("adapter");
    hub.replace("adapter_config.json", "\"../llama\"", "\"meta-llama/Llama-2-7b-hf\"");
    CHECK(has(hub.problem(), "$.base_model_name_or_path is \"meta-llama/Llama-2-7b-hf\""));
    CHECK(has(hub.problem(), "give its path as base_checkpoint"));
    CHECK(hub.problem(golden("checkpoints/llama")) == "no error");
    const Spoilt itself("adapter");
    itself.replace("adapter_config.json", "\"../llama\"", "\".\"");
    CHECK(has(itself.problem(), "more than 8 adapters stand on each other"));
    const Spoilt plain("llama");
    CHECK(has(plain.problem(golden("checkpoints/llama")), "base_checkpoint is for an adapter's directory"));
}
