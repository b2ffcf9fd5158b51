#include <anabranch/error.h>
#include <anabranch/registry.h>
#include <doctest/doctest.h>

using namespace anabranch;

TEST_CASE("a port declared again replaces the earlier one and keeps its help") {
    Spec spec("test.node", "A node.");
    spec.input("in", "*", "what comes in").output("out", "a: f32[B]").input("in", "text: str[B]");
    REQUIRE(spec.inputs.size() == 1);
    CHECK(spec.inputs[0].type.text() == "text: str[B]");
    CHECK(spec.inputs[0].help == "what comes in");
    spec.input("in", "", "new help");
    CHECK(spec.inputs[0].help == "new help");
    CHECK_THROWS_AS(spec.output("bad", "a f32"), Error);
}

TEST_CASE("a spec says what resources it uses, and how") {
    Spec spec("test.node", "A node.");
    spec.reads("model", "causal_lm", "").writes("policy", "value_head", "").may_read("tokenizer", "tokenizer", "");
    REQUIRE(spec.uses.size() == 3);
    CHECK(spec.uses[0].access == Access::read);
    CHECK(spec.uses[1].access == Access::write);
    CHECK(spec.uses[1].capability == "value_head");
    CHECK(spec.uses[0].required);
    CHECK_FALSE(spec.uses[2].required);
}

TEST_CASE("a resource offers capabilities, and views that never change") {
    ResourceSpec spec("test.model", "A model.");
    spec.offers("causal_lm").offers("value_head").view("base", {"causal_lm"});
    REQUIRE(spec.views.size() == 2);
    CHECK(spec.views[0].name.empty());
    CHECK(spec.views[0].capabilities == std::vector<std::string>{"causal_lm", "value_head"});
    CHECK(spec.views[1].name == "base");
}
