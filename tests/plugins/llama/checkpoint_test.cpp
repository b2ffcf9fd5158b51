// What `checkpoint` may name, through the resources; the reading itself is tested in sdk/lm/model.
#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

const std::string folders = std::string(ANABRANCH_SOURCE_DIRECTORY) + "/tests/golden/data/checkpoints/";

Given of(const std::string& folder, Given more = {}) {
    more.merge(Given{{"checkpoint", folders + folder}, {"dtype", "float32"}, {"device", "cpu"}});
    return more;
}

float score(const lm::LanguageModel& judge) {
    return lm::score_sequences(judge, Rows{{5, 6, 7}}).const_data_ptr<float>()[0];
}

}  // namespace

TEST_CASE("checkpoint: a Hugging Face folder, its shards, and an adapter's directory") {
    for (const char* folder : {"llama", "sharded", "adapter"}) {
        CAPTURE(folder);
        const auto base = model(llama::add_base, of(folder));
        CHECK(base->parameters().empty());
        CHECK(base->tokenizer().decode(base->tokenizer().encode("Hello")) == "Hello");
        CHECK(std::filesystem::path(base->parts().checkpoint).is_absolute());
    }
}

TEST_CASE("checkpoint: an adapter whose base is named by a hub needs base_checkpoint") {
    const TemporaryFolder folder;
    std::filesystem::copy(folders + "adapter", folder.path(), std::filesystem::copy_options::recursive);
    std::string config = content_of(folder.path() / "adapter_config.json");
    const std::string base = "\"../llama\"";
    folder.write("adapter_config.json", config.replace(config.find(base), base.size(), "\"org/llama\""));
    Given given{{"checkpoint", folder.path().string()}, {"dtype", "float32"}, {"device", "cpu"}};
    CHECK(contains(error_of([&] { return model(llama::add_base, given); }), "give its path as base_checkpoint"));
    given.emplace("base_checkpoint", folders + "llama");
    CHECK(model(llama::add_base, given)->config().vocabulary == 400);
}

TEST_CASE("checkpoint: a reward model takes its score head from a classifier, a merged adapter, or PEFT's adapter") {
    const auto classifier = model(llama::add_reward, of("classifier"));
    CHECK(classifier->lora() == nullptr);
    CHECK(trained(*classifier).size() == 1);
    const auto merged = model(llama::add_reward, of("reward_adapter"));
    CHECK(merged->lora() == nullptr);
    const auto beside = model(llama::add_reward, of("llama", {{"adapter", folders + "reward_adapter"}}));
    REQUIRE(beside->lora() != nullptr);
    CHECK(score(*beside) == doctest::Approx(score(*merged)).epsilon(1e-4));
    CHECK(contains(error_of([] {
                       return model(llama::add_reward, of("llama", {{"adapter", folders + "adapter"}}));
                   }),
                   "has no score_head.safetensors"));
}

TEST_CASE("checkpoint: only a reward model is made of a sequence classifier") {
    for (const Add add : {llama::add_base, llama::add_policy}) {
        CHECK(contains(error_of([&] { return model(add, of("classifier")); }), "only llama.reward takes it"));
    }
    CHECK(model(llama::add_policy, of("reward_adapter", {{"value_head", false}}))->lora() != nullptr);
}
