#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

std::string error_with(Given given) {
    return error_of([&] { return harness(text::add_prompt, std::move(given)); });
}

}  // namespace

TEST_CASE("text.prompt: a template by name; columns are passed on") {
    auto node = harness(text::add_prompt, {{"template", "question-answer"}});
    const Packet out = node.run(packet({{"question", Strings({"Why?", "How?"})}, {"id", Strings({"1", "2"})}}));
    CHECK(out.strings("prompt") == std::vector<std::string>{"Question: Why?\n\nAnswer:", "Question: How?\n\nAnswer:"});
    CHECK(out.strings("id")[1] == "2");
    CHECK(node.spec().inputs.at(0).type.text() == "question: str[B]");
}

TEST_CASE("text.prompt: a format of one's own says which columns it needs") {
    auto node = harness(text::add_prompt, {{"format", "{a} {{{b}}} {a}"}, {"column", "text"}});
    CHECK(node.spec().inputs.at(0).type.text() == "a: str[B], b: str[B]");
    CHECK(node.spec().outputs.at(0).type.text() == "*, text: str[B]");
    CHECK(node.run(packet({{"a", Strings({"x"})}, {"b", Strings({"y"})}})).strings("text")[0] == "x {y} x");
    CHECK(contains(error_of([&] { return node.run(texts("a", {"x"})); }), "has no column 'b'"));
}

TEST_CASE("text.prompt: texts that are too long for a string's own memory") {
    const std::string text(1000, 'x');
    auto node = harness(text::add_prompt, {{"format", "{a}|{b}"}});
    CHECK(node.run(packet({{"a", Strings({text})}, {"b", Strings({text})}})).strings("prompt")[0] == text + "|" + text);
}

TEST_CASE("text.prompt: no rows, and the prompt column itself in the template") {
    auto node = harness(text::add_prompt, {{"format", "Q: {prompt}"}});
    CHECK(node.run(texts("prompt", {})).strings("prompt").empty());
    CHECK(node.run(texts("prompt", {"x"})).strings("prompt")[0] == "Q: x");
}

TEST_CASE("text.prompt: parameters that do not fit") {
    CHECK(contains(error_with({}), "give 'template' (a name) or 'format'"));
    CHECK(contains(error_with({{"template", "chatml"}, {"format", "{a}"}}), "exclude each other"));
    CHECK(contains(error_with({{"template", "chat"}}), "one of question-answer"));
    CHECK(contains(error_with({{"format", "{a"}}), "wrong at character 1"));
}
