#include <anabranch/error.h>
#include <anabranch/lm/text/prompt_template.h>
#include <plugins/text/prompt_maker.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace anabranch::text {
namespace {

using Names = std::vector<std::string>;

/// Question and answer in columns of their own.
class FromColumns final : public PromptMaker {
  public:
    explicit FromColumns(const Parameters& p)
        : style_(lm::DialogueStyle::named(p.get<std::string>("template"))),
          question_(p.get<std::string>("question")),
          input_(p.find<std::string>("input")),
          answer_(p.find<std::string>("answer")) {
        if (input_ && !style_.takes_input()) {
            throw Error(cat("'input' is for templates with a place for it; ", p.get<std::string>("template"),
                            " has none, alpaca has"));
        }
    }
    [[nodiscard]] Names columns() const override {
        Names names{question_};
        for (const auto& name : {input_, answer_}) {
            if (name && std::ranges::find(names, *name) == names.end()) names.push_back(*name);
        }
        return names;
    }
    [[nodiscard]] bool answers() const override { return answer_.has_value(); }
    [[nodiscard]] lm::TrainingText make(const Packet& packet, std::size_t row) const override {
        const std::string_view input = input_ ? std::string_view(packet.strings(*input_)[row]) : "";
        return {style_.prompt(packet.strings(question_)[row], input),
                answer_ ? style_.completion(packet.strings(*answer_)[row]) : ""};
    }

  private:
    const lm::DialogueStyle& style_;
    std::string question_;
    std::optional<std::string> input_, answer_;
};

class FromConversation final : public PromptMaker {
  public:
    explicit FromConversation(const Parameters& p)
        : style_(lm::DialogueStyle::named(p.get<std::string>("template"))),
          column_(p.get<std::string>("conversation")) {
        if (!style_.has_turns()) {
            throw Error(cat("'conversation' is for templates with turns; ", p.get<std::string>("template"),
                            " has none, chatml and vicuna have"));
        }
        if (p.has("answer") || p.has("input")) throw Error("'conversation' takes the place of 'input' and 'answer'");
    }
    [[nodiscard]] Names columns() const override { return {column_}; }
    [[nodiscard]] bool answers() const override { return true; }
    [[nodiscard]] lm::TrainingText make(const Packet& packet, std::size_t row) const override {
        const auto conversation = lm::parse_conversation(packet.strings(column_)[row], cat("column '", column_, "'"));
        lm::require_answered(conversation);
        return style_.text_of(conversation);
    }

  private:
    const lm::DialogueStyle& style_;
    std::string column_;
};

class FromFormat final : public PromptMaker {
  public:
    explicit FromFormat(const Parameters& p) : prompt_(lm::PromptTemplate::parse(p.get<std::string>("format"))) {
        if (const auto answer = p.find<std::string>("answer_format")) {
            completion_ =
                with_context([] { return "answer_format"; }, [&] { return lm::PromptTemplate::parse(*answer); });
        }
    }
    [[nodiscard]] Names columns() const override {
        Names names = prompt_.columns();
        if (!completion_) return names;
        for (const auto& name : completion_->columns()) {
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
        return names;
    }
    [[nodiscard]] bool answers() const override { return completion_.has_value(); }
    [[nodiscard]] lm::TrainingText make(const Packet& packet, std::size_t row) const override {
        // A view into the packet: a lambda without this type would give a copy that is gone at once.
        const auto look = [&](std::string_view name) -> std::string_view { return packet.strings(name)[row]; };
        return {prompt_.format(look), completion_ ? completion_->format(look) : ""};
    }

  private:
    lm::PromptTemplate prompt_;
    std::optional<lm::PromptTemplate> completion_;
};

}  // namespace

std::shared_ptr<const PromptMaker> make_prompt_maker(const Parameters& p) {
    const bool named = p.has("template");
    if (named == p.has("format")) {
        throw Error(named ? "'template' and 'format' exclude each other; give one"
                          : "give 'template' (a name) or 'format' (a text such as \"Q: {question}\")");
    }
    for (const auto* name : {"input", "answer", "conversation"}) {
        if (!named && p.has(name)) throw Error(cat("'", name, "' is for 'template'; name the column in 'format'"));
    }
    if (named && p.has("answer_format")) throw Error("'answer_format' is for 'format'; name the column as 'answer'");
    if (!named) return std::make_shared<FromFormat>(p);
    if (p.has("conversation")) return std::make_shared<FromConversation>(p);
    return std::make_shared<FromColumns>(p);
}

}  // namespace anabranch::text
