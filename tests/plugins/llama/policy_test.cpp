#include <anabranch/lm/model/adapter_file.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <support/temporary_folder.h>

#include <algorithm>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

std::vector<float> values_of(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<float>(), tensor.const_data_ptr<float>() + tensor.numel()};
}

bool all_zero(const at::Tensor& tensor) {
    return std::ranges::all_of(values_of(tensor), [](float value) { return value == 0; });
}

std::string error_with(const Given& more) {
    return error_of([&] { return model(llama::add_policy, tiny(more)); });
}

}  // namespace

TEST_CASE("llama.policy: a new adapter does nothing yet, its A depends on the seed alone") {
    const auto policy = model(llama::add_policy, tiny(), {}, 1);
    for (const auto& layer : policy->lora()->layers()) {
        for (const auto* pair : {&layer[0], &layer[2]}) {  // q_proj, v_proj
            REQUIRE(pair->has_value());
            CHECK((*pair)->a.size(0) == 16);
            CHECK_FALSE(all_zero((*pair)->a));
            CHECK(all_zero((*pair)->b));
        }
        CHECK_FALSE(layer[1]);
    }
    CHECK(all_zero(policy->value_head().weight));
    CHECK(trained(*policy) == trained(*model(llama::add_policy, tiny(), {}, 1)));
    CHECK(trained(*policy) != trained(*model(llama::add_policy, tiny(), {}, 2)));
    CHECK_FALSE(all_zero(model(llama::add_policy, tiny({{"value_head_init", "uniform"}}))->value_head().weight));
}

TEST_CASE("llama.policy: what it offers goes by its parameters") {
    const auto capabilities = [](Given more) {
        return refined(llama::add_policy, tiny(std::move(more))).views.front().capabilities;
    };
    CHECK(capabilities({}) == std::vector<std::string>{"causal_lm", "tokenizer", "trained_lm", "value_head"});
    CHECK(capabilities({{"value_head", false}}) == std::vector<std::string>{"causal_lm", "tokenizer", "trained_lm"});
    const auto base = refined(llama::add_policy, tiny()).views.back();
    CHECK(base.name == "base");
    CHECK(base.capabilities == std::vector<std::string>{"causal_lm", "tokenizer"});
    const auto without = model(llama::add_policy, tiny({{"value_head", false}}));
    CHECK(contains(error_of([&] { return without->value_head().weight; }), "no value head"));
}

TEST_CASE("llama.policy: the base is the same weights without adapter and head; a snapshot does not follow") {
    const auto policy = trained_policy();
    const auto base = std::dynamic_pointer_cast<const lm::LanguageModel>(policy->view("base"));
    CHECK(base->weights() == policy->weights());
    CHECK(base->lora() == nullptr);
    CHECK(base->parameters().empty());
    const auto snapshot = std::dynamic_pointer_cast<const lm::LanguageModel>(policy->snapshot());
    CHECK(snapshot->weights() == policy->weights());
    const auto before = trained(*policy);
    CHECK(trained(*snapshot) == before);
    for (at::Tensor parameter : policy->parameters()) parameter.mutable_data_ptr<float>()[0] += 1;
    CHECK(trained(*snapshot) == before);
    CHECK(trained(*policy) != before);
}

TEST_CASE("llama.policy: what is saved is loaded bit for bit, with its rank, alpha and targets") {
    const auto policy = trained_policy({{"lora_rank", std::int64_t{3}},
                                        {"lora_alpha", 5.0},
                                        {"lora_dropout", 0.25},
                                        {"lora_targets", std::vector<std::string>{"down_proj", "k_proj"}}});
    const TemporaryFolder folder;
    policy->save(folder.path());
    const auto loaded = model(llama::add_policy, tiny({{"adapter", folder.path().string()}}), {}, 9);
    CHECK(trained(*loaded) == trained(*policy));
    CHECK(loaded->lora()->parameter_names() == policy->lora()->parameter_names());
    CHECK(loaded->lora()->config().rank == 3);
    CHECK(loaded->lora()->config().alpha == 5);
    CHECK(loaded->lora()->config().dropout == 0.25);
    CHECK(loaded->value_head().weight.requires_grad());

    std::filesystem::remove(folder.path() / lm::value_head_file);
    CHECK(all_zero(model(llama::add_policy, tiny({{"adapter", folder.path().string()}}))->value_head().weight));
}

TEST_CASE("llama.policy: an adapter that does not fit is refused with its file and tensor") {
    const TemporaryFolder folder;
    trained_policy()->save(folder.path());
    const Given saved{{"adapter", folder.path().string()}};
    REQUIRE(error_with(saved) == "no error");
    const std::string settings = content_of(folder.path() / "adapter_config.json");
    const auto with = [&](std::string_view part, std::string_view other) {
        std::string changed = settings;
        const std::size_t at = changed.find(part);
        REQUIRE(at != std::string::npos);
        changed.replace(at, part.size(), other);
        folder.write("adapter_config.json", changed);
        return error_with(saved);
    };
    const std::string shape = with("\"r\": 16", "\"r\": 8");
    CHECK(contains(shape, "adapter_model.safetensors: tensor '"));
    CHECK(contains(shape, "has shape [16, 64], the model needs [8, 64]"));
    CHECK(contains(with("\"v_proj\"", "\"k_proj\""), "k_proj"));
    CHECK(contains(with(", \"v_proj\"", ""), "has no place in the model"));
    CHECK(contains(with("\"r\": 16", "\"r\": 0"), "adapter_config.json"));
    CHECK(contains(with("LORA", "IA3"), "expected 'LORA'"));
    CHECK(contains(with("\"v_proj\"", "\"w_proj\""), "'w_proj'"));
    CHECK(contains(error_with({{"adapter", folder / "none"}}), "none/adapter_config.json"));
}

TEST_CASE("llama.policy: parameters that are wrong are named") {
    const auto targets = [](std::vector<std::string> names) {
        return error_with({{"lora_targets", std::move(names)}});
    };
    CHECK(contains(targets({"q_proj", "lm_head"}), "'lm_head' is no linear module"));
    CHECK(contains(targets({"q_proj", "q_proj"}), "'q_proj' stands twice"));
    CHECK(contains(targets({}), "name at least one module"));
    CHECK(contains(error_with({{"lora_rank", std::int64_t{0}}}), "lora_rank"));
    CHECK(contains(error_with({{"lora_dropout", 1.0}}), "lora_dropout"));
    CHECK(contains(error_with({{"value_head_init", "one"}}), "one of zero, uniform"));
}
