#include "anabranch/lm/text/dialogue_style.h"

#include <array>
#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {

struct DialogueStyles {
    static DialogueStyle question_answer(std::string_view name, std::string_view answer, std::string_view gap) {
        DialogueStyle style;
        style.name_ = name;
        style.question_ = "Question: ";
        style.answer_ = answer;
        style.gap_ = gap;
        return style;
    }

    static DialogueStyle alpaca() {
        DialogueStyle style;
        style.name_ = "alpaca";
        style.opening_ =
            "Below is an instruction that describes a task. Write a response that appropriately completes the request."
            "\n\n";
        style.opening_input_ =
            "Below is an instruction that describes a task, paired with an input that provides further context. Write "
            "a response that appropriately completes the request.\n\n";
        style.question_ = "### Instruction:\n";
        style.input_ = "\n\n### Input:\n";
        style.answer_ = "\n\n### Response:";
        return style;
    }

    static DialogueStyle vicuna() {
        DialogueStyle style;
        style.name_ = "vicuna";
        style.opening_ =
            "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
            "detailed, and polite answers to the user's questions. ";
        style.system_end_ = " ";
        style.question_ = "USER: ";
        style.answer_ = " ASSISTANT:";
        style.gap_ = " ";
        style.answer_end_ = "</s>";
        return style;
    }

    static DialogueStyle chatml() {
        DialogueStyle style;
        style.name_ = "chatml";
        style.system_ = "<|im_start|>system\n";
        style.system_end_ = "<|im_end|>\n";
        style.question_ = "<|im_start|>user\n";
        style.answer_ = "<|im_end|>\n<|im_start|>assistant\n";
        style.answer_end_ = "<|im_end|>\n";
        return style;
    }

    static const std::array<DialogueStyle, 5>& all() {
        static const std::array<DialogueStyle, 5> styles = {
            question_answer("question-answer", "\n\nAnswer:", " "),
            question_answer("question-answer-space", "\n\nAnswer: ", ""), alpaca(), vicuna(), chatml()};
        return styles;
    }
};

const DialogueStyle& DialogueStyle::named(std::string_view name) {
    std::string known;
    for (const auto& style : DialogueStyles::all()) {
        if (style.name_ == name) return style;
        known += cat(known.empty() ? "" : ", ", style.name_);
    }
    throw Error(cat("there is no template \"", name, "\"; there are ", known));
}

std::vector<std::string_view> DialogueStyle::names() {
    std::vector<std::string_view> names;
    for (const auto& style : DialogueStyles::all()) names.push_back(style.name_);
    return names;
}

std::string DialogueStyle::prompt(std::string_view question, std::string_view input) const {
    if (input.empty()) return cat(opening_, question_, question, answer_);
    if (!takes_input()) throw Error(cat("the template ", name_, " has no place for an input"));
    return cat(opening_input_, question_, question, input_, input, answer_);
}

std::string DialogueStyle::completion(std::string_view answer) const {
    return cat(gap_, answer);
}

TrainingText DialogueStyle::text_of(const Conversation& conversation) const {
    if (!has_turns()) throw Error(cat("the template ", name_, " has no turns"));
    const bool system = conversation.front().role == Role::system;
    std::string prompt = system ? cat(system_, conversation.front().text, system_end_) : std::string(opening_);
    for (std::size_t i = system ? 1 : 0; i + 1 < conversation.size(); ++i) {
        const Turn& turn = conversation[i];
        prompt += turn.role == Role::user ? cat(question_, turn.text, answer_) : cat(gap_, turn.text, answer_end_);
    }
    return {std::move(prompt), completion(conversation.back().text)};
}

}  // namespace anabranch::lm
