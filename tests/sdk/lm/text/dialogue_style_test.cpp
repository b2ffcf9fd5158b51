#include "anabranch/lm/text/dialogue_style.h"

#include <doctest/doctest.h>

#include <string>

#include "anabranch/error.h"

using namespace anabranch::lm;

namespace {

std::string whole(std::string_view name, std::string_view question, std::string_view answer) {
    const DialogueStyle& style = DialogueStyle::named(name);
    return style.prompt(question) + "#" + style.completion(answer);
}

const Conversation two_rounds = {
    {Role::user, "1"}, {Role::assistant, "one"}, {Role::user, "2"}, {Role::assistant, "two"}};

}  // namespace

TEST_CASE("dialogue_style: prompt and completion of one question") {
    CHECK(whole("question-answer", "Q", "A") == "Question: Q\n\nAnswer:# A");
    CHECK(whole("question-answer-space", "Q", "A") == "Question: Q\n\nAnswer: #A");
    CHECK(whole("chatml", "Q", "A") == "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n#A");
    CHECK(whole("vicuna", "Q", "A") ==
          "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
          "detailed, and polite answers to the user's questions. USER: Q ASSISTANT:# A");
    CHECK(whole("alpaca", "Q", "A") ==
          "Below is an instruction that describes a task. Write a response that appropriately completes the request."
          "\n\n### Instruction:\nQ\n\n### Response:#A");
}

TEST_CASE("dialogue_style: alpaca's input") {
    const DialogueStyle& alpaca = DialogueStyle::named("alpaca");
    CHECK(alpaca.takes_input());
    CHECK(
        alpaca.prompt("Q", "I") ==
        "Below is an instruction that describes a task, paired with an input that provides further context. Write a "
        "response that appropriately completes the request.\n\n### Instruction:\nQ\n\n### Input:\nI\n\n### Response:");
    CHECK_FALSE(DialogueStyle::named("chatml").takes_input());
    CHECK_THROWS_WITH_AS((void)DialogueStyle::named("chatml").prompt("Q", "I"),
                         "the template chatml has no place for an input", anabranch::Error);
}

TEST_CASE("dialogue_style: several rounds, as FastChat and chat templates write them") {
    const auto vicuna = DialogueStyle::named("vicuna").text_of(two_rounds);
    CHECK(vicuna.prompt.ends_with("questions. USER: 1 ASSISTANT: one</s>USER: 2 ASSISTANT:"));
    CHECK(vicuna.completion == " two");
    const auto chatml = DialogueStyle::named("chatml").text_of(two_rounds);
    CHECK(chatml.prompt ==
          "<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\none<|im_end|>\n<|im_start|>user\n2<|im_end|>\n"
          "<|im_start|>assistant\n");
    CHECK(chatml.completion == "two");
    CHECK_THROWS_AS((void)DialogueStyle::named("alpaca").text_of(two_rounds), anabranch::Error);
}

TEST_CASE("dialogue_style: a system turn") {
    const Conversation told = {{Role::system, "S"}, {Role::user, "1"}, {Role::assistant, "one"}};
    CHECK(DialogueStyle::named("vicuna").text_of(told).prompt == "S USER: 1 ASSISTANT:");
    CHECK(DialogueStyle::named("chatml").text_of(told).prompt ==
          "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n");
}

TEST_CASE("dialogue_style: one round of turns is what a question alone gives") {
    for (const auto name : {"vicuna", "chatml"}) {
        const DialogueStyle& style = DialogueStyle::named(name);
        const auto text = style.text_of({{Role::user, "Q"}, {Role::assistant, "A"}});
        CHECK(text.prompt == style.prompt("Q"));
        CHECK(text.completion == style.completion("A"));
    }
    CHECK_THROWS_AS((void)DialogueStyle::named("llama"), anabranch::Error);
}
