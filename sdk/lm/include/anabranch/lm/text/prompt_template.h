#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// Text with places for columns: "Question: {question}\n\nAnswer:". `{{` and `}}` stand for braces. Immutable; const
/// methods may be called from several threads.
class PromptTemplate {
  public:
    /// Gives the text of a column of the row at hand.
    using Lookup = std::function<std::string_view(std::string_view column)>;

    /// A text that is not a template is an Error with the character's position.
    [[nodiscard]] static PromptTemplate parse(std::string_view text);

    /// The prompt of a DialogueStyle, by its name, over the column `question`; NAME-text is its whole training text,
    /// over `question` and `answer`. An unknown name is an Error that lists them.
    [[nodiscard]] static PromptTemplate named(std::string_view name);

    /// The template of that name or, if there are braces in `text`, the one that it spells.
    [[nodiscard]] static PromptTemplate named_or_parsed(std::string_view text);

    /// The columns it reads, each once, in the order of their first place.
    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

    [[nodiscard]] std::string format(const Lookup& lookup) const;

  private:
    struct Piece {
        std::string text;    // in front of the column
        std::size_t column;  // position in columns_, or none at the end
    };
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::vector<Piece> pieces_;
    std::vector<std::string> columns_;
};

}  // namespace anabranch::lm
