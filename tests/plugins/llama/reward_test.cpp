#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

/// A trained reward model's directory: adapter, its configuration, score head.
void save_reward(const TemporaryFolder& folder, std::int64_t hidden = 64) {
    const auto policy = trained_policy({{"value_head", false}});
    policy->save(folder.path());
    lm::save_head(folder.path() / lm::score_head_file, "score",
                  lm::LinearHead::make(hidden, false, Random(5), at::kCPU));
}

std::string error_with(const Given& given, Used used = {}) {
    return error_of([&] { return model(llama::add_reward, given, std::move(used)); });
}

/// Every frozen weight of the two models is the same bytes of memory.
bool same_memory(const lm::LanguageModel& one, const lm::LanguageModel& other) {
    const auto addresses = [](const lm::LanguageModel& model) {
        const lm::LlamaWeights& weights = *model.weights();
        std::vector<const void*> all{weights.embedding.values.const_data_ptr(), weights.norm.const_data_ptr(),
                                     weights.head.values.const_data_ptr()};
        for (const auto& layer : weights.layers) {
            for (const auto* norm : {&layer.attention_norm, &layer.ffn_norm}) all.push_back(norm->const_data_ptr());
            for (const auto* weight : {&layer.qkv, &layer.output, &layer.gate_up, &layer.down})
                all.push_back(weight->values.const_data_ptr());
        }
        return all;
    };
    return addresses(one) == addresses(other);
}

}  // namespace

TEST_CASE("llama.reward: adapter and score head are loaded, saved, and loaded again bit for bit") {
    const TemporaryFolder folder;
    save_reward(folder);
    const auto judge = model(llama::add_reward, tiny({{"adapter", folder.path().string()}}));
    CHECK_FALSE(trained(*judge).back() == std::vector<float>(64));
    CHECK(refined(llama::add_reward, tiny({{"adapter", "x"}})).views.front().capabilities ==
          std::vector<std::string>{"causal_lm", "tokenizer", "score_head"});
    const TemporaryFolder again;
    judge->save(again.path());
    const auto copy = model(llama::add_reward, tiny({{"adapter", again.path().string()}}));
    CHECK(trained(*copy) == trained(*judge));
    CHECK(trained(*copy).size() == 2 * 2 * 2 + 1);  // A and B of two modules in two layers; the head
}

TEST_CASE("llama.reward: on a model that is loaded already it shares the weights and keeps its own adapter") {
    const TemporaryFolder folder;
    save_reward(folder);
    const auto policy = trained_policy();
    const auto judge = model(llama::add_reward, {{"adapter", folder.path().string()}}, {{"base", policy}});
    const auto reference = std::dynamic_pointer_cast<const lm::LanguageModel>(policy->view("base"));
    const auto version = std::dynamic_pointer_cast<const lm::LanguageModel>(policy->snapshot());
    for (const auto& other : {std::shared_ptr<const lm::LanguageModel>(judge), reference, version})
        CHECK(same_memory(*policy, *other));
    CHECK_FALSE(same_memory(*policy, *trained_policy()));
    const Rows sequences{{5, 6, 7}, {8}};
    const at::Tensor expected =
        lm::score_sequences(*model(llama::add_reward, tiny({{"adapter", folder.path().string()}})), sequences);
    for (at::Tensor parameter : policy->parameters()) parameter.mutable_data_ptr<float>()[0] += 1;
    const at::Tensor scores = lm::score_sequences(*judge, sequences);
    for (int row = 0; row < 2; ++row)
        CHECK(scores.const_data_ptr<float>()[row] == expected.const_data_ptr<float>()[row]);
}

TEST_CASE("llama.reward: a head alone, beside or instead of an adapter's") {
    const TemporaryFolder folder;
    save_reward(folder);
    const TemporaryFolder other;
    lm::save_head(other / "head.safetensors", "score", lm::LinearHead::make(64, false, Random(6), at::kCPU));
    const auto alone = model(llama::add_reward, tiny({{"head", other / "head.safetensors"}}));
    CHECK(alone->lora() == nullptr);
    const auto instead =
        model(llama::add_reward, tiny({{"adapter", folder.path().string()}, {"head", other / "head.safetensors"}}));
    CHECK(trained(*instead).back() == trained(*alone).back());
    CHECK(trained(*instead).back() !=
          trained(*model(llama::add_reward, tiny({{"adapter", folder.path().string()}}))).back());
}

TEST_CASE("llama.reward: what is missing or does not fit is named") {
    const TemporaryFolder folder;
    const Given head{{"head", folder / "none.safetensors"}};
    CHECK(contains(error_with(head), "give either 'base' or 'checkpoint'"));
    CHECK(contains(error_with(tiny(head), {{"base", trained_policy()}}), "give either 'base' or 'checkpoint'"));
    CHECK(contains(error_with(tiny(head)), "none.safetensors"));
    save_reward(folder, 32);
    const std::string shape = error_with(tiny({{"adapter", folder.path().string()}}));
    CHECK(contains(shape, "score_head.safetensors: tensor 'score.weight' has shape [1, 32], the model needs [1, 64]"));
    std::filesystem::remove(folder.path() / lm::score_head_file);
    CHECK(contains(error_with(tiny({{"adapter", folder.path().string()}})), "score_head.safetensors"));
}
