#include <anabranch/parameter.h>
#include <anabranch/spec.h>
#include <doctest/doctest.h>

#include <cmath>

using namespace anabranch;

namespace {

std::vector<ParameterSpec> specs() {
    Spec spec("test.node", "A node.");
    spec.parameter("rate", 0.5, "a rate", above(0));
    spec.parameter("words", 80, "a count", at_least(1));
    spec.parameter("mode", "kl", "a choice", one_of({"kl", "abs"}));
    spec.parameter("flag", true, "a switch");
    spec.parameter("range", std::vector<std::int64_t>{32, 128}, "two numbers", between(1, 1000));
    spec.required("path", ParameterKind::path, "a file");
    spec.optional("clip", ParameterKind::number, "a bound");
    return spec.parameters;
}

std::string problem_of(const std::map<std::string, ParameterValue>& given) {
    try {
        const Parameters parameters(specs(), given);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

const std::map<std::string, ParameterValue> path{{"path", std::string("x")}};

std::map<std::string, ParameterValue> with_path(std::map<std::string, ParameterValue> given) {
    given.insert(path.begin(), path.end());
    return given;
}

}  // namespace

TEST_CASE("defaults are filled in, and values read as the types that nodes use") {
    const Parameters parameters(specs(), path);
    CHECK(parameters.get<float>("rate") == 0.5F);
    CHECK(parameters.get<int>("words") == 80);
    CHECK(parameters.get<std::size_t>("words") == 80);
    CHECK(parameters.get<std::string>("mode") == "kl");
    CHECK(parameters.get<bool>("flag"));
    CHECK(parameters.get<std::vector<std::int64_t>>("range") == std::vector<std::int64_t>{32, 128});
    CHECK(parameters.get<std::string>("path") == "x");
    CHECK_FALSE(parameters.find<double>("clip"));
    CHECK_FALSE(parameters.has("clip"));
    CHECK(Parameters(specs(), with_path({{"clip", 0.25}})).find<double>("clip") == 0.25);
    CHECK(Parameters(specs(), with_path({{"rate", std::int64_t{2}}})).get<double>("rate") == 2.0);
}

TEST_CASE("reading a parameter as another type, or one that is not there, is an error") {
    const Parameters parameters(specs(), path);
    CHECK_THROWS_WITH_AS((void)parameters.get<double>("words"),
                         "parameter 'words' was read as another type than its spec declares", Error);
    CHECK_THROWS_WITH_AS((void)parameters.get<double>("clip"), "parameter 'clip' has no value", Error);
}

TEST_CASE("wrong values are explained, all at once") {
    CHECK(problem_of({}) == "parameter 'path' is missing (path)");
    CHECK(problem_of(with_path({{"rate", 0.0}})) == "parameter 'rate' is 0, expected number, above 0");
    CHECK(problem_of(with_path({{"rate", std::nan("")}})).find("parameter 'rate' is null") == 0);
    CHECK(problem_of(with_path({{"words", std::int64_t{0}}})) ==
          "parameter 'words' is 0, expected integer, at least 1");
    CHECK(problem_of(with_path({{"words", 1.5}})) == "parameter 'words' is 1.5, expected integer, at least 1");
    CHECK(problem_of(with_path({{"mode", std::string("full")}})) ==
          "parameter 'mode' is \"full\", expected one of kl, abs");
    CHECK(problem_of(with_path({{"flag", std::int64_t{1}}})) == "parameter 'flag' is 1, expected boolean");
    CHECK(problem_of(with_path({{"range", std::vector<std::int64_t>{5, 0}}})) ==
          "parameter 'range' is [5, 0], expected list of integers, from 1 to 1000");
    CHECK(problem_of({{"word", std::int64_t{5}}, {"flag", 1.0}}) ==
          "parameter 'flag' is 1, expected boolean; parameter 'path' is missing (path); there is no parameter 'word'");
}

TEST_CASE("bounds themselves are allowed unless they are open") {
    CHECK(problem_of(with_path({{"words", std::int64_t{1}}})).empty());
    CHECK(problem_of(with_path({{"range", std::vector<std::int64_t>{1, 1000}}})).empty());
    CHECK(problem_of(with_path({{"rate", 1e-300}})).empty());
}

TEST_CASE("values are written as a graph writes them") {
    CHECK(text_of(true) == "true");
    CHECK(text_of(std::int64_t{-3}) == "-3");
    CHECK(text_of(0.1) == "0.1");
    CHECK(text_of(std::string("a \"b\"")) == "\"a \\\"b\\\"\"");
    CHECK(text_of(std::vector<std::string>{"a", "b"}) == "[\"a\", \"b\"]");
    CHECK(text_of(std::vector<double>{}) == "[]");
    CHECK(text_of(std::map<std::string, double>{{"length", 1}, {"kl", 0.5}}) == "{\"kl\": 0.5, \"length\": 1}");
    CHECK(name_of(kind_of(std::map<std::string, double>{})) == "map of names to numbers");
}
