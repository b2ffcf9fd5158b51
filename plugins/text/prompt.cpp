#include <anabranch/lm/text/prompt_template.h>
#include <anabranch/node.h>
#include <plugins/text/nodes.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::text {
namespace {

lm::PromptTemplate template_of(const Parameters& p) {
    if (p.has("template") == p.has("format")) {
        throw Error(p.has("format") ? "'template' and 'format' exclude each other; give one"
                                    : "give 'template' (a name) or 'format' (a text such as \"Q: {question}\")");
    }
    if (p.has("template")) return lm::PromptTemplate::named(p.get<std::string>("template"));
    return lm::PromptTemplate::parse(p.get<std::string>("format"));
}

std::vector<std::string> template_names() {
    const auto names = lm::PromptTemplate::names();
    return {names.begin(), names.end()};
}

class Prompt final : public Node {
  public:
    static Spec spec() {
        return Spec("text.prompt", "Puts the texts of columns into a template: questions become prompts.")
            .input("in", "", "the columns that the template names, as text")
            .output("out", "*, prompt: str[B]", "what came in, and the prompts")
            .optional("template", ParameterKind::text,
                      "a template by its name: question-answer is the recipe's prompt without the space at its end, so "
                      "that a tokenizer cuts it as it cuts the training text; question-answer-space is the original's; "
                      "question-answer-text is the training text, with the column answer; chatml, alpaca and vicuna "
                      "are what those models expect. All read the column question.",
                      one_of(template_names()))
            .optional("format", ParameterKind::text,
                      "a template of your own: {NAME} stands for a column, {{ and }} for braces")
            .parameter("column", "prompt", "the column that gets the text")
            .parallel()
            .refine([](const Parameters& p, Spec& spec) {
                std::string columns;
                const auto chosen = template_of(p);
                for (const auto& name : chosen.columns()) {
                    columns += cat(columns.empty() ? "" : ", ", name, ": str[B]");
                }
                spec.input("in", columns).output("out", cat("*, ", p.get<std::string>("column"), ": str[B]"));
            })
            .example("prompts: {type: text.prompt, in: questions, format: \"Question: {question}\\n\\nAnswer:\"}");
    }
    explicit Prompt(const Parameters& p) : template_(template_of(p)), column_(p.get<std::string>("column")) {}

    void process(Call& call) override {
        std::map<std::string_view, const std::vector<std::string>*> columns;
        for (const auto& name : template_.columns()) columns.emplace(name, &call.in().strings(name));
        std::vector<std::string> prompts;
        for (std::size_t row = 0; row < static_cast<std::size_t>(call.in().rows()); ++row) {
            // A view into the packet: a lambda without this type would give a copy that is gone at once.
            prompts.push_back(
                template_.format([&](std::string_view name) -> std::string_view { return (*columns.at(name))[row]; }));
        }
        call.out().set(column_, std::move(prompts));
    }

  private:
    lm::PromptTemplate template_;
    std::string column_;
};

}  // namespace

void add_prompt(Registry& registry) {
    registry.add<Prompt>();
}

}  // namespace anabranch::text
