#include <doctest/doctest.h>

#include <algorithm>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

const PlanNode& node(const Plan& plan, std::string_view name) {
    const auto found = std::ranges::find(plan.nodes, name, &PlanNode::name);
    REQUIRE(found != plan.nodes.end());
    return *found;
}

template <typename List>
std::string joined(const List& list) {
    std::string out;
    for (const auto& item : list) out += (out.empty() ? "" : " ") + item.name;
    return out;
}

}  // namespace

TEST_CASE("a good graph becomes a plan") {
    const Host host = toy_host();
    const CheckResult result = check_toy(host, toy_graph);
    CHECK(result.diagnostics.text() == "");
    REQUIRE(result.plan);
    const Plan& plan = *result.plan;
    CHECK(plan.name == "toy");
    CHECK(plan.seed == 0);
    CHECK_FALSE(plan.steps);
    CHECK(plan.clocks == 1);
    CHECK(joined(plan.nodes) == "questions prompts rollout scores kl update");
    CHECK(joined(plan.resources) == "policy reward");
    CHECK(plan.resources[1].uses.front().resource == 0);
    CHECK(plan.resources[1].uses.front().view == "base");

    const PlanNode& update = node(plan, "update");
    CHECK(update.type->spec.name == "toy.update");
    CHECK(update.plugin == "toy");
    REQUIRE(update.inputs.size() == 3);
    CHECK(update.inputs[1].port == "scores");
    CHECK(plan.nodes[update.inputs[1].node].name == "scores");
    CHECK(update.inputs[1].output == "out");
    REQUIRE(update.uses.size() == 1);
    CHECK(update.uses.front().access == Access::write);
    CHECK_FALSE(update.uses.front().lag);
    CHECK(update.location.line == 11);

    const PlanUse& read = node(plan, "rollout").uses.front();
    CHECK(read.lag == 1);
    CHECK_FALSE(read.snapshot);
    CHECK_FALSE(node(plan, "kl").uses.front().lag);  // a view never changes
    CHECK_FALSE(node(plan, "scores").uses.front().lag);

    REQUIRE(plan.feedback.size() == 1);
    CHECK(plan.nodes[plan.feedback.front().from].name == "update");
    CHECK(plan.nodes[plan.feedback.front().to].name == "questions");
    CHECK(plan.feedback.front().output == "step");
    CHECK(plan.feedback.front().credits == 1);
}

TEST_CASE("nodes may stand in any order, and keep it where they can") {
    const Host host = toy_host();
    const CheckResult result = check_toy(host, R"(
nodes:
  second: {type: toy.sink, in: prompts}
  prompts: {type: toy.prompt, in: questions}
  first: {type: toy.sink, in: questions}
  questions: {type: toy.source, path: a}
)");
    REQUIRE(result.plan);
    CHECK(joined(result.plan->nodes) == "questions prompts second first");
    CHECK(result.plan->name == "graph");
    CHECK(result.plan->feedback.empty());
}

TEST_CASE("specs are refined by the parameters") {
    const Host host = toy_host();
    const CheckResult frozen = check_toy(host, replaced(toy_graph, ", lora_rank: 8", ""));
    CHECK(codes(frozen) == "A0132");
    const CheckResult result = check_toy(host, toy_graph);
    REQUIRE(result.plan);
    CHECK(result.plan->resources.front().spec.views.front().capabilities.size() == 2);
}

TEST_CASE("a node that regroups starts a clock") {
    const Host host = toy_host();
    const CheckResult result = check_toy(host, R"(
nodes:
  questions: {type: toy.source, path: a}
  some: {type: toy.filter, in: questions}
  prompts: {type: toy.prompt, in: some}
  rows: {type: toy.sink, in: prompts}
  all: {type: toy.sink, in: questions}
)");
    CHECK(result.diagnostics.text() == "");
    REQUIRE(result.plan);
    CHECK(result.plan->clocks == 2);
    CHECK(node(*result.plan, "some").clock == node(*result.plan, "all").clock);
    CHECK(node(*result.plan, "some").out_clock == node(*result.plan, "rows").clock);
    CHECK(node(*result.plan, "some").clock != node(*result.plan, "some").out_clock);
}

TEST_CASE("the resolved graph says everything, and is itself right") {
    const Host host = toy_host();
    const std::vector<Override> overrides{
        {"nodes.rollout.temperature", "0.5"}, {"seed", "18446744073709551615"}, {"steps", "3"}};
    const CheckResult result = check_toy(host, toy_graph + "discard: []\n", overrides);
    REQUIRE(result.plan);
    const std::string& text = result.plan->resolved;
    CHECK(text.find("path: \"/graphs/questions.txt\"") != std::string::npos);
    CHECK(text.find("temperature: 0.5\n") != std::string::npos);
    CHECK(text.find("max_new_tokens: 64\n") != std::string::npos);
    CHECK(text.find("seed: 18446744073709551615\n") != std::string::npos);
    CHECK(text.find("steps: 3\n") != std::string::npos);
    CHECK(text.find("in: {rollout: rollout.out, scores: scores.out, kl: kl.out}") != std::string::npos);
    const CheckResult again = check_text(host, text, "resolved.yaml", "/elsewhere");
    CHECK(again.diagnostics.text() == "");
    REQUIRE(again.plan);
    CHECK(again.plan->resolved == text);
}

TEST_CASE("odd names and texts survive in the resolved graph") {
    const Host host = toy_host();
    const CheckResult result = check_toy(host, R"(
name: "a \"b\"\n\t\u20ac: # \\"
nodes:
  "null": {type: toy.source, path: "x: y # \U0001F600\x7f"}
  "NULL": {type: toy.sink, in: "null", path: ""}
  true: {type: toy.sink, in: "null.out"}
)");
    CHECK(result.diagnostics.text() == "");
    REQUIRE(result.plan);
    const CheckResult again = check_text(host, result.plan->resolved, "resolved.yaml", "/");
    CHECK(again.diagnostics.text() == "");
    REQUIRE(again.plan);
    CHECK(again.plan->name == result.plan->name);
    CHECK(again.plan->nodes.front().parameters.get<std::string>("path") ==
          result.plan->nodes.front().parameters.get<std::string>("path"));
    CHECK(again.plan->resolved == result.plan->resolved);
}

TEST_CASE("`in` may name the only input, the input `in`, or all of them") {
    const Host host = toy_host();
    const std::string head = "nodes:\n  a: {type: toy.source, path: x}\n";
    CHECK(codes(check_toy(host, head + "  b: {type: toy.sink, in: a}\n")).empty());
    CHECK(codes(check_toy(host, head + "  b: {type: toy.sink, in: a.out}\n")).empty());
    CHECK(codes(check_toy(host, head + "  b: {type: toy.sink, in: {in: a.out}}\n")).empty());
    CHECK(codes(check_toy(host, head + "  b: {type: toy.sink, in: [a]}\n")) == "A0108");
    CHECK(codes(check_toy(host, head + "  b: {type: toy.sink, in: {out: a}}\n")) == "A0140");
    CHECK(codes(check_toy(host, head + "  b: {type: toy.sink}\n")) == "A0153 A0141");
}

}  // namespace anabranch::framework
