#include <doctest/doctest.h>
#include <framework/graph/did_you_mean.h>

namespace anabranch::framework {

TEST_CASE("edits are counted, a swap as one, case ignored") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("rollout", "rollout") == 0);
    CHECK(edit_distance("Rollout", "rOLLOUT") == 0);
    CHECK(edit_distance("rolout", "rollout") == 1);
    CHECK(edit_distance("rlolout", "rollout") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the closest name is suggested, and none when all are far") {
    const std::vector<std::string> names{"max_new_tokens", "min_new_tokens", "temperature", "top_k", "top_p"};
    CHECK(did_you_mean("max_new_token", names) == "max_new_tokens");
    CHECK(did_you_mean("min_new_tokens", names) == "min_new_tokens");
    CHECK(did_you_mean("temperatur", names) == "temperature");
    CHECK(did_you_mean("temp", names) == "temperature");
    CHECK(did_you_mean("topk", names) == "top_k");
    CHECK(did_you_mean("learning_rate", names) == std::nullopt);
    CHECK(did_you_mean("", names) == std::nullopt);
    CHECK(did_you_mean("generate", {"policy.generate", "policy.kl"}) == "policy.generate");
}

TEST_CASE("short names are not taken for each other") {
    CHECK(did_you_mean("a", {"b"}) == std::nullopt);
    CHECK(did_you_mean("kl", {"in"}) == std::nullopt);
    CHECK(did_you_mean("kk", {"kl"}) == "kl");
}

TEST_CASE("an endless word costs nothing") {
    CHECK(did_you_mean(std::string(1'000'000, 'a'), {"a"}) == std::nullopt);
}

}  // namespace anabranch::framework
