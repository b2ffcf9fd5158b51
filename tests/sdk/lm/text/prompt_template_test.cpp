#include "anabranch/lm/text/prompt_template.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"

using anabranch::Error;
using anabranch::lm::PromptTemplate;

namespace {

std::string format(const PromptTemplate& prompt) {
    return prompt.format([](std::string_view column) -> std::string_view {
        if (column == "question") return "Why {so}?";
        return column == "answer" ? "So." : "other";
    });
}

std::string error_of(std::string_view text) {
    try {
        (void)PromptTemplate::parse(text);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("prompt_template: the recipe's texts") {
    CHECK(format(PromptTemplate::named("question-answer")) == "Question: Why {so}?\n\nAnswer:");
    CHECK(format(PromptTemplate::named("question-answer-space")) == "Question: Why {so}?\n\nAnswer: ");
    CHECK(format(PromptTemplate::named("question-answer-text")) == "Question: Why {so}?\n\nAnswer: So.");
    CHECK(format(PromptTemplate::named("chatml")) == "<|im_start|>user\nWhy {so}?<|im_end|>\n<|im_start|>assistant\n");
    CHECK(format(PromptTemplate::named("alpaca")).ends_with("### Instruction:\nWhy {so}?\n\n### Response:"));
    CHECK(format(PromptTemplate::named("vicuna")).ends_with(" USER: Why {so}? ASSISTANT:"));
}

TEST_CASE("prompt_template: a prompt is the beginning of its training text") {
    const std::string text = format(PromptTemplate::named("question-answer-text"));
    CHECK(text.starts_with(format(PromptTemplate::named("question-answer"))));
    CHECK(text.starts_with(format(PromptTemplate::named("question-answer-space"))));
    CHECK(text == format(PromptTemplate::named("question-answer-space-text")));
    CHECK(format(PromptTemplate::named("vicuna-text")).ends_with(" USER: Why {so}? ASSISTANT: So."));
}

TEST_CASE("prompt_template: free texts") {
    CHECK(format(PromptTemplate::parse("")) == "");
    CHECK(format(PromptTemplate::parse("plain")) == "plain");
    CHECK(format(PromptTemplate::parse("{answer}{question}{answer}")) == "So.Why {so}?So.");
    CHECK(format(PromptTemplate::parse("{{{answer}}} }}{{")) == "{So.} }{");
    CHECK(PromptTemplate::parse("{answer} {question} {answer} {x.y-z_1}").columns() ==
          std::vector<std::string>{"answer", "question", "x.y-z_1"});
    CHECK(PromptTemplate::parse("{{x}}").columns().empty());
}

TEST_CASE("prompt_template: by name or by text") {
    CHECK(format(PromptTemplate::named_or_parsed("chatml")) == format(PromptTemplate::named("chatml")));
    CHECK(format(PromptTemplate::named_or_parsed("A: {answer}")) == "A: So.");
    CHECK_THROWS_WITH_AS((void)PromptTemplate::named_or_parsed("chat"),
                         "there is no template \"chat\"; there are question-answer, question-answer-space, alpaca, "
                         "vicuna, chatml, and the same with -text behind it, or write one with columns in braces: "
                         "\"Q: {question}\"",
                         Error);
}

TEST_CASE("prompt_template: errors say where") {
    CHECK(error_of("a } b").find("is wrong at character 3: a \"}\" without its \"{\"") != std::string::npos);
    CHECK(error_of("\xC3\xA9 {question").find("is wrong at character 3: a \"{\" without its \"}\"") !=
          std::string::npos);
    CHECK(error_of("{}").find("is wrong at character 2: \"\" is no column's name") != std::string::npos);
    CHECK(error_of("{a b}").find("\"a b\" is no column's name") != std::string::npos);
    CHECK(error_of("{a{b}}") != "no error");
}
