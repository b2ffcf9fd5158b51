#include <anabranch/lm/generate/generate.h>
#include <anabranch/lm/tokenizer/partial_utf8.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/policy/nodes.h>

#include <algorithm>
#include <set>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

Packet generate(Given parameters, const std::shared_ptr<Resource>& policy, const Packet& prompts = prompts_packet(),
                std::uint64_t seed = 0) {
    auto node = harness(policy::add_generate, std::move(parameters), seed);
    node.lend("policy", policy);
    return node.run(prompts);
}

Given sampling(std::int64_t tokens, bool stop) {
    return {{"max_new_tokens", tokens}, {"stop_at_eos", stop}};
}

}  // namespace

TEST_CASE("policy.generate: greedy is what the SDK generates, with text, log-probabilities and values") {
    const auto policy = trained_policy();
    Given parameters = sampling(6, false);
    parameters["temperature"] = 0.0;
    auto node = harness(policy::add_generate, parameters);
    node.lend("policy", policy);
    const Packet out = node.run(prompts_packet());

    lm::GenerateOptions options;
    options.sampler.temperature = 0;
    options.max_new_tokens = 6;
    const lm::Generated expected = lm::generate(*policy, some_prompts, options, Random(0));
    CHECK(ragged_rows(out, "prompt_tokens") == some_prompts);
    CHECK(ragged_rows(out, "response_tokens") == expected.ids);
    for (std::size_t row = 0; row < some_prompts.size(); ++row) {
        const auto index = static_cast<std::int64_t>(row);
        CHECK(out.strings("response")[row] ==
              lm::replace_invalid_utf8(policy->tokenizer().decode(expected.ids[row], true)));
        CHECK(std::ranges::equal(out.ragged("logprobs").row<float>(index), expected.logprobs[row]));
        CHECK(std::ranges::equal(out.ragged("values").row<float>(index), expected.values[row]));
    }
    CHECK(std::ranges::any_of(flat(out, "values"), [](float value) { return value != 0; }));
    CHECK(node.metrics().at("time/generate") > 0);
    CHECK(node.metrics().at("tokens/generated_per_second") > 0);
}

TEST_CASE("policy.generate: what is sampled depends on the seed and the packet's number alone") {
    const auto policy = trained_policy();
    const auto ids = [&](std::uint64_t seed, std::int64_t slots) {
        Given parameters = sampling(8, false);
        parameters["slots"] = slots;
        return ragged_rows(generate(parameters, policy, prompts_packet(), seed), "response_tokens");
    };
    CHECK(ids(1, 64) == ids(1, 64));
    CHECK(ids(1, 64) == ids(1, 2));
    CHECK(ids(1, 64) != ids(2, 64));
    auto node = harness(policy::add_generate, sampling(8, false));
    node.lend("policy", policy);
    const Rows first = ragged_rows(node.run(prompts_packet()), "response_tokens");
    CHECK(first != ragged_rows(node.run(prompts_packet()), "response_tokens"));
}

TEST_CASE("policy.generate: temperature, top_k and top_p reach the sampler") {
    const auto policy = trained_policy();
    Given greedy = sampling(6, false);
    greedy["temperature"] = 0.0;
    const Rows expected = ragged_rows(generate(greedy, policy), "response_tokens");
    CHECK(ragged_rows(generate(sampling(6, false), policy), "response_tokens") != expected);
    for (const auto& [name, value] : Given{{"top_k", std::int64_t{1}}, {"top_p", 1e-6}, {"temperature", 1e-4}}) {
        CAPTURE(name);
        Given only = sampling(6, false);
        only[name] = value;
        CHECK(ragged_rows(generate(only, policy), "response_tokens") == expected);
    }
}

TEST_CASE("policy.generate: a length drawn for each packet, high excluded") {
    auto node =
        harness(policy::add_generate, {{"length_range", std::vector<std::int64_t>{2, 5}}, {"stop_at_eos", false}});
    node.lend("policy", trained_policy());
    std::set<std::size_t> lengths;
    for (int packet = 0; packet < 40; ++packet) {
        const Rows rows = ragged_rows(node.run(prompts_packet()), "response_tokens");
        for (const auto& row : rows) CHECK(row.size() == rows.front().size());
        lengths.insert(rows.front().size());
    }
    CHECK(lengths == std::set<std::size_t>{2, 3, 4});
}

TEST_CASE("policy.generate: stop_at_eos ends a response after its first end-of-sequence token") {
    const auto policy = trained_policy();
    const std::int64_t eos = policy->tokenizer().eos().value();
    const Packet prompts = prompts_packet(Rows(16, {5, 6, 7}));
    const Rows stopped = ragged_rows(generate(sampling(200, true), policy, prompts), "response_tokens");
    const Rows whole = ragged_rows(generate(sampling(200, false), policy, prompts), "response_tokens");
    std::size_t shorter = 0;
    for (std::size_t row = 0; row < whole.size(); ++row) {
        CAPTURE(row);
        CHECK(whole[row].size() == 200);
        const auto end = std::ranges::find(whole[row], eos);
        const std::vector<std::int64_t> expected(whole[row].begin(), end == whole[row].end() ? end : end + 1);
        CHECK(stopped[row] == expected);
        if (expected.size() < 200) ++shorter;
    }
    REQUIRE(shorter > 0);
}

TEST_CASE("policy.generate: without values a model needs no value head") {
    Given parameters = sampling(3, false);
    parameters["values"] = false;
    const Packet out = generate(parameters, model(llama::add_base, tiny()));
    CHECK(out.find("values") == nullptr);
    CHECK(out.ragged("logprobs").flat().rows() == 12);
    CHECK(harness(policy::add_generate, parameters).spec().uses.front().capability == "causal_lm");
    CHECK(harness(policy::add_generate, sampling(3, false)).spec().uses.front().capability == "value_head");
}

TEST_CASE("policy.generate: what does not fit is named") {
    const auto policy = trained_policy();
    const auto error = [&](const Given& parameters, const Rows& prompts) {
        return error_of([&] { return generate(parameters, policy, prompts_packet(prompts)); });
    };
    CHECK(contains(error(sampling(4, true), {{5}, {}}), "row 1: the prompt has no tokens"));
    CHECK(contains(error(sampling(254, true), {{5, 6}, {5, 6, 7}}), "row 1: a prompt of 3 tokens and 254 new ones"));
    Given both = sampling(4, true);
    both["length_range"] = std::vector<std::int64_t>{2, 5};
    CHECK(contains(error(both, {{5}}), "exclude each other"));
    for (const std::vector<std::int64_t>& range : {std::vector<std::int64_t>{5, 5}, {3}, {1, 2, 3}})
        CHECK(contains(error({{"length_range", range}}, {{5}}), "low below high"));
    CHECK(contains(error({{"top_p", 0.0}}, {{5}}), "top_p"));
}
