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

TEST_CASE("text.prompt: with an answer, prompt and completion are the parts of the text") {
    for (const char* name : {"question-answer", "question-answer-space", "alpaca", "vicuna", "chatml"}) {
        auto node = harness(text::add_prompt, {{"template", name}, {"answer", "reply"}});
        CHECK(node.spec().inputs.at(0).type.text() == "question: str[B], reply: str[B]");
        CHECK(node.spec().outputs.at(0).type.text() == "*, prompt: str[B], completion: str[B], text: str[B]");
        const Packet out = node.run(packet({{"question", Strings({"Why?"})}, {"reply", Strings({"So."})}}));
        CHECK(out.strings("text")[0] == out.strings("prompt")[0] + out.strings("completion")[0]);
        CHECK(out.strings("text")[0].ends_with("So."));
    }
    const auto text = [](const char* name) {
        auto node = harness(text::add_prompt, {{"template", name}, {"answer", "a"}, {"question", "q"}, {"text", "t"}});
        return node.run(packet({{"q", Strings({"Q"})}, {"a", Strings({"A"})}})).strings("t")[0];
    };
    CHECK(text("question-answer") == "Question: Q\n\nAnswer: A");
    CHECK(text("question-answer-space") == text("question-answer"));
}

TEST_CASE("text.prompt: alpaca's input, row by row") {
    auto node = harness(text::add_prompt, {{"template", "alpaca"}, {"question", "instruction"}, {"input", "input"}});
    const Packet out = node.run(packet({{"instruction", Strings({"Add.", "Sing."})}, {"input", Strings({"1 2", ""})}}));
    CHECK(contains(out.strings("prompt")[0], "### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:"));
    CHECK_FALSE(contains(out.strings("prompt")[1], "### Input:"));
}

TEST_CASE("text.prompt: conversations") {
    const std::string turns = R"([{"from":"human","value":"1"},{"from":"gpt","value":"one"},)"
                              R"({"from":"human","value":"2"},{"from":"gpt","value":"two"}])";
    auto node = harness(text::add_prompt, {{"template", "vicuna"}, {"conversation", "talk"}});
    const Packet out = node.run(texts("talk", {turns}));
    CHECK(out.strings("prompt")[0].ends_with("USER: 1 ASSISTANT: one</s>USER: 2 ASSISTANT:"));
    CHECK(out.strings("completion")[0] == " two");
    CHECK(contains(error_of([&] {
                       return node.run(texts("talk", {turns, "[]"}));
                   }),
                   "row 1: the conversation does not end"));
    CHECK(contains(error_of([&] { return node.run(texts("talk", {"{"})); }), "row 0: column 'talk'"));
}

TEST_CASE("text.prompt: a format of one's own for both parts") {
    auto node = harness(text::add_prompt, {{"format", "{q}>"}, {"answer_format", "{a}<{q}"}});
    CHECK(node.spec().inputs.at(0).type.text() == "q: str[B], a: str[B]");
    const Packet out = node.run(packet({{"q", Strings({"x"})}, {"a", Strings({"y"})}}));
    CHECK(out.strings("completion")[0] == "y<x");
    CHECK(out.strings("text")[0] == "x>y<x");
}

TEST_CASE("text.prompt: parameters for another kind of template") {
    CHECK(contains(error_with({{"format", "{a}"}, {"answer", "b"}}), "'answer' is for 'template'"));
    CHECK(contains(error_with({{"template", "chatml"}, {"answer_format", "{a}"}}), "'answer_format' is for 'format'"));
    CHECK(contains(error_with({{"template", "chatml"}, {"input", "i"}}), "chatml has none, alpaca has"));
    CHECK(contains(error_with({{"template", "alpaca"}, {"conversation", "c"}}), "alpaca has none, chatml and vicuna"));
    CHECK(contains(error_with({{"template", "vicuna"}, {"conversation", "c"}, {"answer", "a"}}), "takes the place"));
}
