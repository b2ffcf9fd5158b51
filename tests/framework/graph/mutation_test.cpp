#include <doctest/doctest.h>

#include <random>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

using Generator = std::mt19937_64;

std::size_t pick(Generator& generator, std::size_t count) {
    return static_cast<std::size_t>(generator() % count);
}

/// One small change, as a slip of the hand or an unkind person makes it.
std::string mutated(std::string text, Generator& generator) {
    constexpr std::string_view letters = "{}[]:,-#&*!|>'\"%@`~?<= \n\tax0.\\\xC3\xFF";
    const std::size_t at = pick(generator, text.size());
    const std::size_t length = std::min(text.size() - at, 1 + pick(generator, 12));
    const std::size_t other = pick(generator, text.size());
    switch (pick(generator, 5)) {
        case 0:
            return text.erase(at, length);
        case 1:
            return text.insert(at, 1, letters[pick(generator, letters.size())]);
        case 2:
            return text.insert(other, text.substr(at, length));
        case 3:
            text[at] = letters[pick(generator, letters.size())];
            return text;
        default:
            std::swap(text[at], text[other]);
            return text;
    }
}

/// The toy graph with an include and variables.
std::string composed_graph() {
    const std::string rules =
        std::string(ANABRANCH_SOURCE_DIRECTORY) + "/tests/framework/graph/fixtures/parts/rules.yaml";
    return "variables: {file: questions.txt, tokens: 8, texts: [a, \"${file}\"]}\n"
           "include: {rules: {file: " +
           rules + ", texts: rollout, model: reward, weight: 2}}\ndiscard: [rules-total]\n" +
           replaced(replaced(toy_graph, "path: questions.txt", "path: \"x/${file}\", rows: $tokens"), "in: prompts",
                    "in: prompts, stop: $texts, max_new_tokens: $tokens");
}

}  // namespace

TEST_CASE("whatever happens to a graph, it is a plan or explained") {
    const Host host = toy_host();
    Generator generator(20240601);
    constexpr int graphs = 3000;
    const std::string composed = composed_graph();
    REQUIRE_MESSAGE(check_toy(host, composed).plan, check_toy(host, composed).diagnostics.text());
    int good = 0;
    for (int i = 0; i < graphs; ++i) {
        std::string text = (i % 4 < 2 ? toy_graph : composed) + "# &a *a <<\n";
        // Half of the graphs get one change: of those with more, hardly any is a plan still.
        const std::size_t changes = i % 2 == 0 ? 1 : 1 + pick(generator, 6);
        for (std::size_t change = 0; change < changes && !text.empty(); ++change) text = mutated(text, generator);
        CAPTURE(text);
        const CheckResult result = check_toy(host, text);
        REQUIRE(result.plan.has_value() == !result.diagnostics.has_errors());
        const std::string explained = result.diagnostics.text(i % 2 == 0);
        REQUIRE((result.plan.has_value() || !explained.empty()));
        if (!result.plan) continue;
        ++good;
        const CheckResult again = check_text(host, result.plan->resolved, "resolved.yaml", "/");
        REQUIRE_MESSAGE(again.plan.has_value(), again.diagnostics.text());
        REQUIRE(again.plan->resolved == result.plan->resolved);
    }
    CHECK(good > graphs / 100);
}

TEST_CASE("whatever stands in --set, it is applied or explained") {
    const Host host = toy_host();
    Generator generator(7);
    for (int i = 0; i < 1000; ++i) {
        std::string text = "nodes.rollout.temperature={a: [1, 2]}";
        const std::size_t changes = 1 + pick(generator, 6);
        for (std::size_t change = 0; change < changes && !text.empty(); ++change) text = mutated(text, generator);
        if (text.find('=') == std::string::npos || text.starts_with('=')) continue;
        CAPTURE(text);
        const std::vector<Override> overrides{Override::parse(text)};
        const CheckResult result = check_toy(host, toy_graph, overrides);
        REQUIRE(result.plan.has_value() == !result.diagnostics.has_errors());
        static_cast<void>(result.diagnostics.text());
    }
}

}  // namespace anabranch::framework
