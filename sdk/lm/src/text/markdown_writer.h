#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// Writes Markdown as a stream: separators, prefixes and opening marks wait until there is text behind them, so that
/// nothing empty is written and white space never stands inside a mark.
class MarkdownWriter {
  public:
    explicit MarkdownWriter(bool escape) : escape_(escape) {}

    /// Text of a paragraph: white space is collapsed, marks are escaped.
    void text(std::string_view text);
    /// Something inline that is written as it is.
    void verbatim(std::string_view text);
    void code_span(std::string code);
    /// A fenced block; inside a single line, a code span.
    void code_block(std::string_view code, std::string_view language);
    void rule();
    /// `<br>`; two in a row are a paragraph's end.
    void line_break();
    /// The text ahead starts after at least this many newlines (2: a blank line). Marks close and open again behind.
    void boundary(int newlines);

    /// Everything until the matching pop is prefixed: its first line with `first`, the others with `rest`.
    void push_container(std::string first, std::string rest);
    void pop_container();
    /// Until `end_single_line` boundaries and breaks are spaces (headings, table cells).
    void begin_single_line() { ++single_line_; }
    void end_single_line() { --single_line_; }
    [[nodiscard]] bool single_line() const { return single_line_ > 0; }

    /// An inline mark such as `**`. A link's `close` is written with its end.
    void open_mark(std::string_view tag, std::string open, std::string close);
    void open_link(std::string target, const std::string& title);
    /// Closes the innermost mark of that tag; marks opened inside it go on. Without one nothing happens.
    void close_mark(std::string_view tag);
    [[nodiscard]] std::size_t marks() const { return marks_.size(); }
    /// Closes and forgets the marks opened since there were `count`.
    void drop_marks(std::size_t count);

    /// The bars of a table's row.
    void begin_cell();
    /// `header_columns`: 0, or that many columns are ruled off below the row.
    void end_row(std::size_t header_columns);
    void in_table_cell(bool inside) { in_cell_ = inside; }

    [[nodiscard]] std::string finish();

  private:
    struct Container {
        std::string first;
        std::string rest;
        bool started = false;
    };
    struct Mark {
        std::string tag;
        std::string open;
        std::string close;
        std::string target;  // of a link
        std::size_t begin = 0;
        bool written = false;
        bool ended = false;  // was written and closed at least once
    };

    void begin_content(bool with_marks = true);
    void new_line(bool blank);
    void close_written(Mark& mark);
    void suspend_marks();
    void forget_ended_links();
    void note_link_text(char c);
    void write_character(std::string_view text, std::size_t at);
    [[nodiscard]] bool needs_escape(std::string_view text, std::size_t at) const;

    bool escape_;
    std::string out_;
    std::vector<Container> containers_;
    std::vector<Mark> marks_;
    std::string link_text_;  // unescaped text of the link that is being written
    bool in_link_ = false;
    std::string closed_mark_;
    std::size_t closed_mark_end_ = std::string::npos;  // where the mark closed last ends
    std::size_t common_depth_ = 0;                     // containers that the last text and the next one share
    int single_line_ = 0;
    int newlines_ = 0;
    bool space_ = false;
    bool break_ = false;
    bool line_start_ = true;
    bool in_cell_ = false;
};

}  // namespace anabranch::lm
