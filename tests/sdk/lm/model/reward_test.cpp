#include <ATen/ATen.h>
#include <anabranch/lm/model/responses.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

TEST_CASE("scores of ragged sequences are those of transformers' sequence classification, together and alone") {
    const Golden recorded("reward.safetensors");
    auto parts = tiny_parts();
    parts.score_head = LinearHead{recorded["score.weight"], at::Tensor()};
    const LanguageModel model(std::move(parts));
    Sequences sequences;
    for (int i = 0; i < 3; ++i) sequences.push_back(recorded.ids("sequence" + std::to_string(i) + ".ids"));
    for (const std::int64_t tokens : {4096, 1}) {
        CHECK(excess(score_sequences(model, sequences, tokens), recorded["scores"], test::model(at::kFloat)) < 1);
    }
    CHECK_THROWS_WITH_AS(static_cast<void>(score_sequences(model, {{1}, {}})), doctest::Contains("row 1 has no tokens"),
                         anabranch::Error);
}
