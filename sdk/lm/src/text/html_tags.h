#pragma once

#include <string>
#include <string_view>

namespace anabranch::lm {

/// What a tag means for Markdown.
enum class HtmlTag {
    transparent,  // no form of its own
    paragraph,    // set off by blank lines
    line,         // set off by a newline
    heading,
    quote,
    list,
    item,
    table,
    row,
    cell,
    mark,  // emphasis, strong, deleted
    link,
    code,
    preformatted,
    line_break,
    rule,
    image,
    dropped,  // with its content, which the tokenizer has left out already
};

[[nodiscard]] HtmlTag html_tag(std::string_view name);

/// "*", "**" or "~~" for a tag that is a mark.
[[nodiscard]] std::string markdown_mark(std::string_view name);

/// The language that a code block's class names ("lang-py prettyprint-override", "language-c++"), or "".
[[nodiscard]] std::string code_language(std::string_view classes);

}  // namespace anabranch::lm
