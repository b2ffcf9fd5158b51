#pragma once

#include <string>
#include <string_view>

namespace anabranch::lm {

struct MarkdownOptions {
    /// Puts a backslash before `*`, `_` and backticks of the text where they would begin emphasis, a list or code.
    bool escape = true;
};

/// Converts an HTML fragment, such as a Stack Exchange post, to Markdown (CommonMark with pipe tables and `~~`).
///
/// Headings become `#`, code blocks are fenced and keep their content and language class, lists use `*`, `+`, `-` by
/// depth, white space outside `pre` is collapsed. Comments, scripts and styles are left out; every other tag that has
/// no Markdown form is transparent. Accepts anything, loses no text, takes linear time; nesting beyond 48 blocks or 16
/// inline marks is flattened. UTF-8 in, UTF-8 out (other bytes pass through).
[[nodiscard]] std::string html_to_markdown(std::string_view html, const MarkdownOptions& options = {});

}  // namespace anabranch::lm
