#include <doctest/doctest.h>
#include <framework/graph/scalar.h>
#include <framework/graph/yaml_reader.h>

#include <filesystem>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

std::string value(std::string_view text, ParameterKind kind) {
    Diagnostics diagnostics;
    const auto tree = read_yaml(text, "t.yaml", diagnostics);
    REQUIRE(tree);
    const auto read = read_parameter(*tree, kind);
    return read ? text_of(*read) : "none";
}

}  // namespace

TEST_CASE("values are read as the kind that the parameter has") {
    using Kind = ParameterKind;
    CHECK(value("true", Kind::boolean) == "true");
    CHECK(value("False", Kind::boolean) == "false");
    CHECK(value("yes", Kind::boolean) == "none");
    CHECK(value("'true'", Kind::boolean) == "none");
    CHECK(value("12", Kind::integer) == "12");
    CHECK(value("-12", Kind::integer) == "-12");
    CHECK(value("+12", Kind::integer) == "12");
    CHECK(value("0x1F", Kind::integer) == "31");
    CHECK(value("--1", Kind::integer) == "none");
    CHECK(value("-+1", Kind::integer) == "none");
    CHECK(value("9223372036854775807", Kind::integer) == "9223372036854775807");
    CHECK(value("-9223372036854775808", Kind::integer) == "-9223372036854775808");
    CHECK(value("9223372036854775808", Kind::integer) == "none");
    CHECK(value("99999999999999999999", Kind::integer) == "none");
    CHECK(value("1.0", Kind::integer) == "none");
    CHECK(value("\"1\"", Kind::integer) == "none");
    CHECK(value("1.41e-5", Kind::number) == "1.41e-05");
    CHECK(value("2", Kind::number) == "2");
    CHECK(value("+.5", Kind::number) == "0.5");
    CHECK(value(".inf", Kind::number) == "none");
    CHECK(value("inf", Kind::number) == "none");
    CHECK(value("nan", Kind::number) == "none");
    CHECK(value("1e999", Kind::number) == "none");
    CHECK(value("1.0.0", Kind::number) == "none");
    CHECK(value("5", Kind::text) == "\"5\"");
    CHECK(value("~", Kind::text) == "none");
    CHECK(value("[a, 'b']", Kind::texts) == "[\"a\", \"b\"]");
    CHECK(value("a", Kind::texts) == "none");
    CHECK(value("[1, -2]", Kind::integers) == "[1, -2]");
    CHECK(value("[1, 2.5]", Kind::integers) == "none");
    CHECK(value("[1, 2.5]", Kind::numbers) == "[1, 2.5]");
    CHECK(value("{a: 1, b: -0.5}", Kind::number_map) == "{\"a\": 1, \"b\": -0.5}");
    CHECK(value("{a: x}", Kind::number_map) == "none");
}

TEST_CASE("paths start at the graph's folder, those of --set at the current one") {
    const Host host = toy_host();
    const auto path = [&](const std::string& written, std::span<const Override> overrides = {}) {
        const CheckResult result =
            check_toy(host, replaced(toy_graph, "path: questions.txt", "path: " + written), overrides);
        REQUIRE(result.plan);
        return result.plan->nodes.front().parameters.get<std::string>("path");
    };
    CHECK(path("data/x.txt") == "/graphs/data/x.txt");
    CHECK(path("../x.txt") == "/x.txt");
    CHECK(path("/data/x.txt") == "/data/x.txt");
    CHECK(path("\"\"").empty());
    const std::vector<Override> overrides{{"nodes.questions.path", "x.txt"}};
    CHECK(path("y.txt", overrides) == (std::filesystem::current_path() / "x.txt").string());
}

TEST_CASE("an optional parameter may be null, one with a default may not") {
    const Host host = toy_host();
    const std::string rollout = "in: prompts, policy: policy";
    CHECK(codes(check_toy(host, replaced(toy_graph, rollout, rollout + ", stop: ~"))).empty());
    CHECK(codes(check_toy(host, replaced(toy_graph, rollout, rollout + ", temperature: ~"))) == "A0124");
}

TEST_CASE("defaults of path parameters are made absolute too") {
    const Host host = toy_host();
    const CheckResult result =
        check_toy(host, "nodes:\n  a: {type: toy.source, path: x}\n  b: {type: toy.sink, in: a}\n");
    REQUIRE(result.plan);
    CHECK(result.plan->nodes[1].parameters.get<std::string>("path") == "/graphs/rows.jsonl");
}

}  // namespace anabranch::framework
