#include <doctest/doctest.h>
#include <framework/reference/json_object.h>
#include <framework/reference/reference.h>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("JSON objects are laid out over lines") {
    CHECK(JsonObject().text() == "{}");
    CHECK(json_list({}) == "[]");
    CHECK(json_texts({"a", "b\"c"}) == R"(["a", "b\"c"])");
    const std::string inner = JsonObject().add_text("b", "c").text();
    CHECK(JsonObject().add("a", inner).add("d", json_list({"1", "2"})).text() ==
          "{\n  \"a\": {\n    \"b\": \"c\"\n  },\n  \"d\": [\n    1,\n    2\n  ]\n}");
}

TEST_CASE("the page of errors tells every code in the words of `explain`") {
    const std::string page = error_page();
    for (const CodeText& text : all_codes()) {
        CHECK(has(page, cat("| [", name_of(text.code), "](#", name_of(text.code), ") | ", text.title)));
        CHECK(has(page, text.explanation.data()));
    }
}

TEST_CASE("the page of a plugin has every type with ports, parameters and resources") {
    const Host host = toy_host();
    const std::string page = plugin_page(host.plugins().front());
    for (const auto& type : host.plugins().front().registry.nodes) CHECK(has(page, "\n## " + type.spec.name + "\n"));
    CHECK(has(page, "| `temperature` | `1` | number, at least 0 | 0: greedy |\n"));
    CHECK(has(page, "| `policy` | writes a `trainable_lm` | the model that is trained |\n"));
    CHECK(has(page, "| `rollout` | `logprobs: f32[B,~R]` | what was sampled |\n"));
    CHECK(has(page, "| itself | causal_lm |\n"));
}

TEST_CASE("the schema knows every type and parameter") {
    const Host host = toy_host();
    const std::string schema = graph_schema(host);
    CHECK(schema.ends_with("}\n"));
    for (const char* part :
         {"\"node toy.generate\": {", "\"resource toy.model\": {", "\"const\": \"toy.sum\"", "\"headline\": {",
          "\"description\": \"0: greedy (number, at least 0)\"", "\"$ref\": \"#/definitions/node toy.generate\""})
        CHECK_MESSAGE(has(schema, part), part);
}

}  // namespace anabranch::framework
