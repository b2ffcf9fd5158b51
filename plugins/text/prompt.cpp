#include <anabranch/lm/text/dialogue_style.h>
#include <anabranch/node.h>
#include <plugins/text/nodes.h>
#include <plugins/text/prompt_maker.h>

#include <string>
#include <vector>

namespace anabranch::text {
namespace {

std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const auto name : lm::DialogueStyle::names()) names.emplace_back(name);
    return names;
}

class Prompt final : public Node {
  public:
    static Spec spec() {
        return Spec("text.prompt",
                    "Puts the texts of columns into a template: questions become prompts, and with their answers texts "
                    "to train on.")
            .input("in", "", "the columns that the template names, as text")
            .output("out", "*, prompt: str[B]",
                    "what came in, and the prompts; with an answer also its part of the text, and the text, which is "
                    "both joined. The end-of-text token is added by who cuts the text into tokens.")
            .optional("template", ParameterKind::text,
                      "a template by its name: question-answer is the recipe's; question-answer-space the same with a "
                      "space at the prompt's end, as the original has it for PPO; chatml, alpaca and vicuna are what "
                      "those models expect",
                      one_of(template_names()))
            .parameter("question", "question", "template: the column of what is asked")
            .optional("input", ParameterKind::text, "template alpaca: a column of inputs, which may be empty")
            .optional("answer", ParameterKind::text, "template: the column of the answers to learn")
            .optional("conversation", ParameterKind::text,
                      "templates chatml and vicuna: a column of whole conversations (see data.instructions), instead "
                      "of question and answer; the last answer is the one to learn")
            .optional("format", ParameterKind::text,
                      "a template of your own: {NAME} stands for a column, {{ and }} for braces")
            .optional("answer_format", ParameterKind::text,
                      "format: the answer's part of the text, such as \" {answer}\"")
            .parameter("column", "prompt", "the column that gets the prompt")
            .parameter("completion", "completion", "with an answer: the column that gets its part of the text")
            .parameter("text", "text", "with an answer: the column that gets prompt and completion joined")
            .parallel()
            .refine([](const Parameters& p, Spec& spec) {
                const auto maker = make_prompt_maker(p);
                std::string columns, out = cat("*, ", p.get<std::string>("column"), ": str[B]");
                for (const auto& name : maker->columns()) columns += cat(columns.empty() ? "" : ", ", name, ": str[B]");
                if (maker->answers()) {
                    out += cat(", ", p.get<std::string>("completion"), ": str[B], ", p.get<std::string>("text"),
                               ": str[B]");
                }
                spec.input("in", columns).output("out", out);
            })
            .example("prompts: {type: text.prompt, in: questions, format: \"Question: {question}\\n\\nAnswer:\"}");
    }
    explicit Prompt(const Parameters& p)
        : maker_(make_prompt_maker(p)),
          column_(p.get<std::string>("column")),
          completion_(p.get<std::string>("completion")),
          text_(p.get<std::string>("text")) {}

    void process(Call& call) override {
        std::vector<std::string> prompts, completions, texts;
        for (std::size_t row = 0; row < static_cast<std::size_t>(call.in().rows()); ++row) {
            auto made = with_context([&] { return cat("row ", row); }, [&] { return maker_->make(call.in(), row); });
            if (maker_->answers()) {
                texts.push_back(made.prompt + made.completion);
                completions.push_back(std::move(made.completion));
            }
            prompts.push_back(std::move(made.prompt));
        }
        auto& out = call.out();
        out.set(column_, std::move(prompts));
        if (!maker_->answers()) return;
        out.set(completion_, std::move(completions));
        out.set(text_, std::move(texts));
    }

  private:
    std::shared_ptr<const PromptMaker> maker_;
    std::string column_, completion_, text_;
};

}  // namespace

void add_prompt(Registry& registry) {
    registry.add<Prompt>();
}

}  // namespace anabranch::text
