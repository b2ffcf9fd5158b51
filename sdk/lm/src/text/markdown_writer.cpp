#include "markdown_writer.h"

#include <algorithm>
#include <utility>

namespace anabranch::lm {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t maximum_marks = 16;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string_view without_trailing_spaces(std::string_view text) {
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::size_t longest_backtick_run(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

bool is_web_address(std::string_view text) {
    return (text.starts_with("http://") || text.starts_with("https://")) && text.find_first_of(" <>\n") == npos;
}

}  // namespace

void MarkdownWriter::text(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_space(text[at])) {
            space_ = true;
            note_link_text(' ');
        } else {
            write_character(text, at);
        }
    }
}

void MarkdownWriter::write_character(std::string_view text, std::size_t at) {
    begin_content();
    if (needs_escape(text, at)) out_ += '\\';
    out_ += text[at];
    line_start_ = false;
    note_link_text(text[at]);
}

void MarkdownWriter::note_link_text(char c) {
    if (in_link_) link_text_ += c;
}

/// Only what could open emphasis is escaped, since what closes nothing is literal: `snake_case` and `a * b` stay.
bool MarkdownWriter::needs_escape(std::string_view text, std::size_t at) const {
    const char c = text[at];
    if (c == '|') return in_cell_;
    if (!escape_ || (c != '*' && c != '_' && c != '`')) return false;
    if (c == '`' || line_start_) return true;
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    const char previous = out_.empty() ? ' ' : out_.back();
    const bool between_letters = is_alphanumeric(previous) && is_alphanumeric(next);
    if (c == '_' && between_letters) return false;
    const bool emphasised = std::any_of(marks_.begin(), marks_.end(), [](const Mark& m) { return m.written; });
    if (emphasised && !is_space(previous)) return true;
    return !is_space(next) && (is_alphanumeric(next) || !is_alphanumeric(previous));
}

void MarkdownWriter::verbatim(std::string_view text) {
    if (text.empty()) return;
    begin_content();
    for (const char c : text) {
        if (c == '|' && in_cell_) out_ += '\\';
        out_ += c;
    }
    line_start_ = false;
    note_link_text('\n');  // a link around this is not a bare address
}

void MarkdownWriter::code_span(std::string code) {
    std::replace_if(code.begin(), code.end(), is_space, ' ');
    const std::size_t first = code.find_first_not_of(' ');
    if (first == npos) {
        space_ = space_ || !code.empty();
        return;
    }
    code = code.substr(first, code.find_last_not_of(' ') - first + 1);
    const std::size_t run = longest_backtick_run(code);
    const std::string fence(run + 1, '`');
    const std::string_view pad = code.front() == '`' || code.back() == '`' ? " " : "";
    verbatim(fence + std::string(pad) + code + std::string(pad) + fence);
}

void MarkdownWriter::code_block(std::string_view code, std::string_view language) {
    if (std::all_of(code.begin(), code.end(), is_space)) return;
    while (code.back() == '\n' || code.back() == '\r') code.remove_suffix(1);
    if (single_line()) return code_span(std::string(code));
    const std::string fence(std::max<std::size_t>(longest_backtick_run(code) + 1, 3), '`');
    boundary(2);
    begin_content(false);
    out_ += fence;
    out_ += language;
    for (bool more = true; more;) {
        const std::size_t end = std::min(code.find('\n'), code.size());
        std::string_view line = code.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        new_line(line.empty());
        out_ += line;
        more = end < code.size();
        code.remove_prefix(more ? end + 1 : end);
    }
    new_line(false);
    out_ += fence;
    boundary(2);
}

void MarkdownWriter::rule() {
    boundary(2);
    if (single_line()) return;
    begin_content(false);
    out_ += "---";
    boundary(2);
}

void MarkdownWriter::line_break() {
    if (single_line()) {
        space_ = true;
    } else if (break_) {
        boundary(2);
    } else if (newlines_ == 0) {
        break_ = true;
    }
}

void MarkdownWriter::boundary(int newlines) {
    if (single_line()) {
        space_ = true;
        return;
    }
    suspend_marks();
    space_ = false;
    break_ = false;
    newlines_ = std::max(newlines_, newlines);
}

void MarkdownWriter::push_container(std::string first, std::string rest) {
    containers_.push_back({std::move(first), std::move(rest)});
}

void MarkdownWriter::pop_container() {
    containers_.pop_back();
    common_depth_ = std::min(common_depth_, containers_.size());
}

void MarkdownWriter::open_mark(std::string_view tag, std::string open, std::string close) {
    if (marks_.size() >= maximum_marks) return;
    const bool repeated = std::any_of(marks_.begin(), marks_.end(), [&](const Mark& m) { return m.open == open; });
    if (repeated) open = close = "";  // bold inside bold is bold
    marks_.push_back({std::string(tag), std::move(open), std::move(close), "", 0});
}

void MarkdownWriter::open_link(std::string target, const std::string& title) {
    close_mark("a");
    if (marks_.size() >= maximum_marks) return;
    std::erase_if(target, [](char c) { return c == '\n' || c == '\r'; });
    std::string close;
    if (!target.empty()) {
        const bool enclosed = target.find_first_of(" \t()<>") != npos;
        close = "](" + (enclosed ? "<" + target + ">" : target) + (title.empty() ? "" : " \"" + title + '"') + ')';
    }
    marks_.push_back({"a", close.empty() ? "" : "[", std::move(close), std::move(target), 0});
}

void MarkdownWriter::close_written(Mark& mark) {
    if (!mark.written) return;
    if (mark.tag == "a") in_link_ = false;
    const bool bare = mark.tag == "a" && is_web_address(mark.target) && link_text_ == mark.target;
    if (bare && mark.close == "](" + mark.target + ')') {
        out_.resize(mark.begin);
        out_ += '<' + mark.target + '>';
    } else {
        out_ += mark.close;
        if (mark.tag != "a" && !mark.close.empty()) {
            closed_mark_ = mark.close;
            closed_mark_end_ = out_.size();
        }
    }
    mark.written = false;
    mark.ended = true;
}

void MarkdownWriter::close_mark(std::string_view tag) {
    const auto found = std::find_if(marks_.rbegin(), marks_.rend(), [&](const Mark& m) { return m.tag == tag; });
    if (found == marks_.rend()) return;
    const auto position = marks_.size() - 1 - static_cast<std::size_t>(found - marks_.rbegin());
    for (std::size_t i = marks_.size(); i-- > position;) close_written(marks_[i]);
    marks_.erase(marks_.begin() + static_cast<std::ptrdiff_t>(position));
    forget_ended_links();
}

void MarkdownWriter::suspend_marks() {
    for (std::size_t i = marks_.size(); i-- > 0;) close_written(marks_[i]);
    forget_ended_links();
}

/// A link that a block or an outer mark has cut is not begun again: its target could be repeated without end.
void MarkdownWriter::forget_ended_links() {
    std::erase_if(marks_, [](const Mark& m) { return m.tag == "a" && m.ended; });
}

void MarkdownWriter::drop_marks(std::size_t count) {
    while (marks_.size() > count) {
        close_written(marks_.back());
        marks_.pop_back();
    }
}

void MarkdownWriter::begin_cell() {
    suspend_marks();
    space_ = space_ || newlines_ == 0;
    begin_content(false);
    out_ += '|';
    line_start_ = false;
    space_ = true;
}

void MarkdownWriter::end_row(std::size_t header_columns) {
    begin_cell();
    if (header_columns == 0) return;
    boundary(1);
    begin_content(false);
    out_ += '|';
    for (std::size_t i = 0; i < header_columns; ++i) out_ += " --- |";
}

/// Writes what has waited: newlines with their prefixes, or a break, or a space; then the opening marks.
void MarkdownWriter::begin_content(bool with_marks) {
    if (out_.empty() || newlines_ > 0) {
        if (newlines_ > 1 && !out_.empty()) new_line(true);
        new_line(false);
    } else if (break_) {
        out_ += "  ";
        new_line(false);
    } else if (space_ && !line_start_) {
        out_ += ' ';
    }
    newlines_ = 0;
    break_ = false;
    space_ = false;
    common_depth_ = containers_.size();
    if (!with_marks) return;
    for (Mark& mark : marks_) {
        if (mark.written) continue;
        mark.written = true;
        if (closed_mark_end_ == out_.size() && closed_mark_ == mark.open) {
            out_.resize(out_.size() - closed_mark_.size());  // "**a****b**" would not be two marks but none
        } else {
            mark.begin = out_.size();
            out_ += mark.open;
        }
        if (mark.tag == "a") {
            link_text_.clear();
            in_link_ = true;
        }
        if (!mark.open.empty()) line_start_ = false;
    }
}

/// Starts a line. A blank one has only the prefixes that the lines before and behind it share.
void MarkdownWriter::new_line(bool blank) {
    if (!out_.empty()) out_ += '\n';
    const std::size_t begin = out_.size();
    const std::size_t depth = blank ? common_depth_ : containers_.size();
    for (std::size_t i = 0; i < depth; ++i) {
        Container& container = containers_[i];
        out_ += container.started || blank ? container.rest : container.first;
        if (!blank) container.started = true;
    }
    if (blank) out_.resize(begin + without_trailing_spaces(std::string_view(out_).substr(begin)).size());
    line_start_ = true;
}

std::string MarkdownWriter::finish() {
    drop_marks(0);
    return std::move(out_);
}

}  // namespace anabranch::lm
