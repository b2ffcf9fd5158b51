#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/text/conversation.h"

namespace anabranch::lm {

/// What a model reads and what it shall learn to say. A text to train on is both, one behind the other.
struct TrainingText {
    std::string prompt;
    std::string completion;
};

/// How a family of models is spoken to. The end of the last answer has no mark: whoever trains appends the tokenizer's
/// end-of-text token, which is `</s>` and `<|im_end|>` for models of the styles that mark turns. Immutable.
class DialogueStyle {
  public:
    /// A style by its name; an unknown name is an Error that lists them:
    /// - `question-answer`: "Question: Q\n\nAnswer:" and " A", the recipe's text, cut so that every tokenizer cuts the
    ///   prompt as it cuts the training text;
    /// - `question-answer-space`: "Question: Q\n\nAnswer: " and "A", the original's prompt for PPO;
    /// - `alpaca`: Stanford Alpaca's, with an "### Input:" if there is one (tatsu-lab/stanford_alpaca, train.py);
    /// - `vicuna`: Vicuna 1.1 (lm-sys/FastChat, conversation.py);
    /// - `chatml`: as SmolLM2 and others, without a system turn unless there is one.
    [[nodiscard]] static const DialogueStyle& named(std::string_view name);
    [[nodiscard]] static std::vector<std::string_view> names();

    /// An `input` that is not empty needs a style that has a place for it (`takes_input`).
    [[nodiscard]] std::string prompt(std::string_view question, std::string_view input = {}) const;
    [[nodiscard]] std::string completion(std::string_view answer) const;
    /// All turns but the last answer, and that answer. The conversation must pass `require_answered`, and the style
    /// must have turns (`has_turns`).
    [[nodiscard]] TrainingText text_of(const Conversation& conversation) const;

    [[nodiscard]] bool takes_input() const { return !input_.empty(); }
    [[nodiscard]] bool has_turns() const { return !answer_end_.empty(); }

  private:
    friend struct DialogueStyles;
    std::string_view name_;
    std::string_view opening_;        // in front of the first question; a system turn replaces it
    std::string_view opening_input_;  // the same when there is an input
    std::string_view system_, system_end_;
    std::string_view question_;    // in front of a question
    std::string_view input_;       // between question and input
    std::string_view answer_;      // behind the question, the last of a prompt
    std::string_view gap_;         // in front of an answer's first word
    std::string_view answer_end_;  // behind an answer, if another turn follows
};

}  // namespace anabranch::lm
