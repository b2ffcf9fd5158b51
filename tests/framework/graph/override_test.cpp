#include <doctest/doctest.h>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

std::string first_problem(const CheckResult& result) {
    if (result.diagnostics.items().empty()) return "none";
    const Diagnostic& first = result.diagnostics.items().front();
    return cat(first.location.file, ":", first.location.line, ":", first.location.column, " ", name_of(first.code), " ",
               first.help_text);
}

std::string set(const std::string& text) {
    const Host host = toy_host();
    const std::vector<Override> overrides{Override::parse(text)};
    return first_problem(check_toy(host, toy_graph, overrides));
}

}  // namespace

TEST_CASE("--set is split at the first equals sign") {
    CHECK(Override::parse("a.b=c=d").path == "a.b");
    CHECK(Override::parse("a.b=c=d").value == "c=d");
    CHECK(Override::parse("a=").value.empty());
    CHECK_THROWS_AS(Override::parse("a.b"), Error);
    CHECK_THROWS_AS(Override::parse("=1"), Error);
}

TEST_CASE("--set changes, adds and replaces values before the checks") {
    const Host host = toy_host();
    const std::vector<Override> overrides{{"nodes.rollout.max_new_tokens", "8"},
                                          {"nodes.questions.path", "/p"},
                                          {"nodes.scores", "{type: toy.length, in: rollout}"},
                                          {"feedback.0.credits", "2"},
                                          {"steps", "5"},
                                          {"resources.policy.lora_rank", "4"}};
    const CheckResult result = check_toy(host, toy_graph, overrides);
    CHECK_FALSE(result.diagnostics.has_errors());
    REQUIRE(result.plan);
    const Plan& plan = *result.plan;
    CHECK(plan.nodes[2].parameters.get<int>("max_new_tokens") == 8);
    CHECK(plan.nodes[0].parameters.get<std::string>("path") == "/p");
    CHECK(plan.nodes[3].type->spec.name == "toy.length");
    CHECK(plan.feedback.front().credits == 2);
    CHECK(plan.steps == 5);
    CHECK(plan.resources.front().parameters.get<int>("lora_rank") == 4);
}

TEST_CASE("a later --set wins") {
    const Host host = toy_host();
    const std::vector<Override> overrides{{"seed", "1"}, {"seed", "2"}};
    const CheckResult result = check_toy(host, toy_graph, overrides);
    REQUIRE(result.plan);
    CHECK(result.plan->seed == 2);
}

TEST_CASE("entries of a map parameter may be set one by one") {
    const Host host = toy_host();
    const std::string graph = R"(
nodes:
  a: {type: toy.source, path: x}
  b: {type: toy.prompt, in: a}
  c: {type: toy.generate, in: b, policy: m}
  d: {type: toy.length, in: c}
  e: {type: toy.sum, in: {d: d}}
  f: {type: toy.sink, in: e}
resources: {m: {type: toy.model}}
)";
    const std::vector<Override> overrides{{"nodes.e.weights.d", "0.25"}};
    const CheckResult result = check_toy(host, graph, overrides);
    CHECK(result.diagnostics.text() == "");
    REQUIRE(result.plan);
    CHECK(text_of(result.plan->nodes[4].parameters.values().at("weights")) == "{\"d\": 0.25}");
}

TEST_CASE("a place that does not exist is told with what was meant") {
    CHECK(set("nodes.rolout.temperature=1") == "--set:1:7 A0111 did you mean 'rollout'?");
    CHECK(set("node.rollout.temperature=1") == "--set:1:1 A0111 did you mean 'nodes'?");
    CHECK(set("sed=1") == "--set:1:1 A0111 did you mean 'seed'?");
    CHECK(set("nodes.rollout.temperatur=1") == "--set:1:15 A0122 did you mean 'temperature'?");
    CHECK(set("nodes.rollout.temperature.x=1").starts_with("--set:1:15 A0124"));
    CHECK(set("nodes.rollout.policy.x=1").starts_with("--set:1:22 A0111"));
    CHECK(set("feedback.1.credits=2").starts_with("--set:1:10 A0111"));
    CHECK(set("feedback.x.credits=2").starts_with("--set:1:10 A0111"));
    CHECK(set("nodes.new={type: toy.sink, in: rollout}").starts_with("--set:1:7 A0111"));
    CHECK(set("nodes..x=1").starts_with("--set:1:7 A0111"));
    CHECK(set(std::string(100, '.') + "=1").starts_with("--set:1:1 A0111"));
}

TEST_CASE("a wrong value is told at its place in --set") {
    CHECK(set("nodes.rollout.temperature=-1").starts_with("--set:1:27 A0124"));
    CHECK(set("nodes.rollout.temperature=[1").starts_with("--set:1:"));
    CHECK(set("nodes.scores={type: toy.lenght, in: rollout}") == "--set:1:21 A0120 did you mean 'toy.length'?");
    CHECK(set("nodes.scores={type: toy.score, model: reward, in: {in: rolout}}") ==
          "--set:1:56 A0142 did you mean 'rollout'?");
    CHECK(set("seed=x").starts_with("--set:1:6 A0108"));
}

}  // namespace anabranch::framework
