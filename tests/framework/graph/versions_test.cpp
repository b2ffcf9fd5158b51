#include <doctest/doctest.h>

#include <algorithm>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

/// "1 live", "0 snapshot", ...: what the node's use of the policy sees; or the codes when the graph is wrong.
std::string version(const std::string& graph, std::string_view name) {
    const Host host = toy_host();
    const CheckResult result = check_toy(host, graph);
    if (!result.plan) return codes(result);
    const auto node = std::ranges::find(result.plan->nodes, name, &PlanNode::name);
    const PlanUse& use = node->uses.front();
    return use.lag ? cat(*use.lag, use.snapshot ? " snapshot" : " live") : "none";
}

std::string with_node(const std::string& line) {
    return replaced(toy_graph, "feedback:", "  " + line + "\nfeedback:");
}

const std::string open_graph = toy_graph.substr(0, toy_graph.find("feedback:")) + "discard: [update.step]\n";

}  // namespace

TEST_CASE("a reader before the writer sees the version of the last round, by the credits of their loop") {
    CHECK(version(toy_graph, "rollout") == "1 live");
    CHECK(version(replaced(toy_graph, "credits: 1", "credits: 2"), "rollout") == "2 snapshot");
    CHECK(version(replaced(toy_graph, "to: questions", "to: rollout"), "rollout") == "1 live");
    CHECK(version(toy_graph + "  - {from: update.step, to: prompts, credits: 3}\n", "rollout") == "1 live");
}

TEST_CASE("a reader after the writer sees what was just written") {
    const std::string after = "after: {type: toy.evaluate, in: update, policy: policy}";
    const auto graph = with_node(after) + "discard: [after.out]\n";
    // The next write may begin while it reads,
    CHECK(version(graph, "after") == "0 snapshot");
    // unless the loop waits for it.
    CHECK(version(with_node(after) + "  - {from: after, to: questions, credits: 1}\n", "after") == "0 live");
    CHECK(version(with_node(after) + "  - {from: after, to: questions, credits: 2}\n", "after") == "0 snapshot");
}

TEST_CASE("a reader beside the writer is ordered by a feedback edge that leads to it") {
    const auto graph =
        with_node("beside: {type: toy.evaluate, in: prompts, policy: policy}") + "discard: [beside.out]\n";
    CHECK(version(graph, "beside") == "1 snapshot");
    CHECK(version(replaced(graph, "to: questions", "to: rollout"), "beside") == "A0137");
}

TEST_CASE("without a feedback edge nothing orders a reader before the writer") {
    CHECK(version(open_graph, "rollout") == "A0137");
    CHECK(version(replaced(open_graph, "in: prompts, policy: policy}", "in: prompts, policy: policy.base}"),
                  "rollout") == "none");
}

TEST_CASE("a reader on another clock than the writer is refused") {
    const auto graph = replaced(
        toy_graph, "feedback:",
        "  other: {type: toy.source, path: b}\n  measured: {type: toy.evaluate, in: other, policy: policy}\nfeedback:");
    CHECK(version(graph + "discard: [measured.out]\n", "measured") == "A0138");
}

TEST_CASE("a resource that nobody writes has no versions") {
    const auto graph = R"(
resources: {model: {type: toy.model}}
nodes:
  a: {type: toy.source, path: x}
  b: {type: toy.evaluate, in: a, policy: model}
discard: [b.out]
)";
    CHECK(version(graph, "b") == "none");
}

}  // namespace anabranch::framework
