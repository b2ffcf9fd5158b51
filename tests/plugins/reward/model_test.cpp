#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/reward/nodes.h>
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
