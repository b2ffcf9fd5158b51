#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/reward/nodes.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

TEST_CASE("reward.model: a score for prompt and response together, read at the last token") {
    const TemporaryFolder folder;
    lm::save_head(folder / "head.safetensors", "score", lm::LinearHead::make(64, false, Random(5), at::kCPU));
    const auto judge = model(llama::add_reward, tiny({{"head", folder / "head.safetensors"}}));
    const Rows responses{{20, 21}, {}, {25}, {26, 27, 28, 29}};
    auto node = harness(reward::add_model);
    node.lend("model", judge);
    const Packet out = node.run(responses_packet(some_prompts, responses));

    const Rows whole{{5, 6, 7, 20, 21}, {8}, {9, 10, 11, 12, 25}, {300, 20, 26, 27, 28, 29}};
    const at::Tensor expected = lm::score_sequences(*judge, whole);
    const auto scores = floats(out, "score");
    REQUIRE(scores.size() == 4);
    for (std::size_t row = 0; row < scores.size(); ++row) CHECK(scores[row] == expected.const_data_ptr<float>()[row]);
    CHECK(scores[0] != scores[2]);
    CHECK(ragged_rows(out, "response_tokens") == responses);
}

TEST_CASE("reward.model: a model without a score head, a row without tokens, a token that is none") {
    auto node = harness(reward::add_model);
    node.lend("model", model(llama::add_base, tiny()));
    CHECK(contains(error_of([&] { return node.run(responses_packet({{5}}, {{6}})); }), "no score head"));

    const TemporaryFolder folder;
    lm::save_head(folder / "head.safetensors", "score", lm::LinearHead::make(64, false, Random(5), at::kCPU));
    node.lend("model", model(llama::add_reward, tiny({{"head", folder / "head.safetensors"}})));
    CHECK(contains(error_of([&] { return node.run(responses_packet({{5}, {}}, {{6}, {}})); }), "row 1"));
    CHECK(contains(error_of([&] { return node.run(responses_packet({{5}}, {{400}})); }), "400"));
}

TEST_CASE("reward.model, path: text: the score of the text in the reward model's own tokens") {
    const TemporaryFolder folder;
    lm::save_head(folder / "head.safetensors", "score", lm::LinearHead::make(64, false, Random(5), at::kCPU));
    const auto judge = model(llama::add_reward, tiny({{"head", folder / "head.safetensors"}}));
    const auto bytes = std::make_shared<ByteTokenizerResource>();  // the policy's: another vocabulary than the judge's
    const Rows prompts{{'H', 'e', 'l', 'l', 'o'}, {'W', 'h', 'y', '?', 257}, {'a', 0xC3, 0xBC}};
    const Rows responses{{' ', 'w', 'o', 'r', 'l', 'd', 257}, {' ', 'N', 'o', '.'}, {0xC3}};
    for (const bool skip : {true, false}) {
        auto node = harness(reward::add_model, {{"path", "text"}, {"skip_special", skip}});
        node.lend("model", judge);
        node.lend("tokenizer", bytes);
        const auto scores = floats(node.run(responses_packet(prompts, responses)), "score");

        Rows whole = prompts;  // the same by hand, with the nodes for text
        for (std::size_t i = 0; i < whole.size(); ++i)
            whole[i].insert(whole[i].end(), responses[i].begin(), responses[i].end());
        auto decode = harness(text::add_detokenize, {{"skip_special", skip}});
        decode.lend("tokenizer", bytes);
        auto encode = harness(text::add_tokenize, {{"column", "response"}});
        encode.lend("tokenizer", judge);
        const Packet tokens = encode.run(decode.run(packet({{"response_tokens", Ragged::of(whole)}})));
        const at::Tensor expected = lm::score_sequences(*judge, ragged_rows(tokens, "prompt_tokens"));
        for (std::size_t i = 0; i < scores.size(); ++i) CHECK(scores[i] == expected.const_data_ptr<float>()[i]);
        CHECK(ragged_row(tokens, "prompt_tokens", 0) != whole[0]);
    }
}

TEST_CASE("reward.model: the tokenizer is for the text path, which needs it; a text of nothing names its row") {
    const auto uses = [](const Given& given) {
        Registry registry;
        reward::add_model(registry);
        Spec spec = registry.nodes.at(0).spec;
        spec.refine_with(Parameters(spec.parameters, given), spec);
        return spec.uses;
    };
    CHECK(uses({}).size() == 1);
    REQUIRE(uses({{"path", "text"}}).size() == 2);
    CHECK(uses({{"path", "text"}}).back().required);
    const TemporaryFolder folder;
    lm::save_head(folder / "head.safetensors", "score", lm::LinearHead::make(64, false, Random(5), at::kCPU));
    auto node = harness(reward::add_model, {{"path", "text"}});
    node.lend("model", model(llama::add_reward, tiny({{"head", folder / "head.safetensors"}})));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>());
    CHECK(contains(error_of([&] { return node.run(responses_packet({{'a'}, {257}}, {{'b'}, {}})); }), "row 1"));
    CHECK(contains(error_of([&] { return node.run(responses_packet({{'a'}, {999}}, {{'b'}, {}})); }), "no token 999"));
}
