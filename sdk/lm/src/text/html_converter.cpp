#include "html_converter.h"

#include <algorithm>
#include <utility>

#include "html_entities.h"

namespace anabranch::lm {
namespace {

bool is_block(HtmlTag tag) {
    return (tag >= HtmlTag::paragraph && tag <= HtmlTag::cell) || tag == HtmlTag::preformatted || tag == HtmlTag::rule;
}

bool is_table_part(HtmlTag tag) {
    return tag == HtmlTag::table || tag == HtmlTag::row || tag == HtmlTag::cell;
}

}  // namespace

void HtmlConverter::text(std::string_view undecoded) {
    if (code_tag_ != HtmlTag::transparent) return append_decoded(code_, undecoded);
    decoded_.clear();
    append_decoded(decoded_, undecoded);
    if (decoded_.find_first_not_of(" \t\r\n\f") != std::string::npos) require_cell();
    writer_.text(decoded_);
}

void HtmlConverter::open(const HtmlToken& token) {
    const HtmlTag tag = html_tag(token.name);
    if (code_tag_ != HtmlTag::transparent && open_in_code(token, tag)) return;
    switch (tag) {
        case HtmlTag::transparent:
        case HtmlTag::dropped:
            return;
        case HtmlTag::mark:
            if (token.self_closing) return;
            return writer_.open_mark(token.name, markdown_mark(token.name), markdown_mark(token.name));
        case HtmlTag::link:
            return writer_.open_link(attribute_value(token.body, "href"), attribute_value(token.body, "title"));
        case HtmlTag::code:
        case HtmlTag::preformatted:
            if (!token.self_closing) begin_code(token, tag);
            return;
        case HtmlTag::line_break:
            return writer_.line_break();
        case HtmlTag::rule:
            close_implied(tag);
            return writer_.rule();
        case HtmlTag::image:
            return write_image(token);
        default:
            return open_block(token, tag);
    }
}

void HtmlConverter::close(std::string_view name) {
    const HtmlTag tag = html_tag(name);
    if (code_tag_ != HtmlTag::transparent && close_in_code(name, tag)) return;
    if (tag == HtmlTag::mark || tag == HtmlTag::link) {
        writer_.close_mark(name);
        for (Block& block : blocks_) block.marks = std::min(block.marks, writer_.marks());
    } else if (tag == HtmlTag::line_break) {
        writer_.line_break();
    } else if (is_block(tag)) {
        const std::size_t position = find_block(tag, name);
        if (position > 0) return pop_blocks_to(position - 1);
        if (tag == HtmlTag::paragraph || tag == HtmlTag::heading) writer_.boundary(2);
    }
}

std::string HtmlConverter::finish() {
    if (code_tag_ != HtmlTag::transparent) end_code();
    pop_blocks_to(0);
    return writer_.finish();
}

void HtmlConverter::begin_code(const HtmlToken& token, HtmlTag tag) {
    if (tag == HtmlTag::preformatted) close_implied(tag);
    require_cell();
    code_tag_ = tag;
    code_name_ = token.name;
    code_.clear();
    code_language_ = code_language(attribute_value(token.body, "class"));
}

bool HtmlConverter::open_in_code(const HtmlToken& token, HtmlTag tag) {
    if (tag == HtmlTag::line_break) {
        code_ += '\n';
        return true;
    }
    const bool in_block = code_tag_ == HtmlTag::preformatted;
    if (in_block && tag == HtmlTag::code && code_language_.empty()) {
        code_language_ = code_language(attribute_value(token.body, "class"));
    }
    const bool next_part = tag == HtmlTag::item || tag == HtmlTag::row || tag == HtmlTag::cell;
    const bool ends = in_block ? next_part && find_block(tag) > 0 : is_block(tag);
    if (ends) end_code();
    return !ends;
}

bool HtmlConverter::close_in_code(std::string_view name, HtmlTag tag) {
    if (name == code_name_) {
        end_code();
        return true;
    }
    const bool in_block = code_tag_ == HtmlTag::preformatted;
    const bool ends =
        in_block ? is_block(tag) && tag != HtmlTag::paragraph && find_block(tag, name) > 0 : is_block(tag);
    if (ends) end_code();
    return !ends;
}

void HtmlConverter::end_code() {
    if (std::exchange(code_tag_, HtmlTag::transparent) == HtmlTag::code) {
        writer_.code_span(std::move(code_));
    } else {
        std::string_view code = code_;
        if (code.starts_with('\r')) code.remove_prefix(1);
        if (code.starts_with('\n')) code.remove_prefix(1);  // the newline behind <pre> does not count
        writer_.code_block(code, code_language_);
    }
    code_.clear();
}

void HtmlConverter::write_image(const HtmlToken& token) {
    require_cell();
    std::string alternative = attribute_value(token.body, "alt");
    std::replace(alternative.begin(), alternative.end(), '\n', ' ');
    std::string source = attribute_value(token.body, "src");
    if (source.empty()) return writer_.text(alternative);
    if (source.find_first_of(" ()<>") != std::string::npos) source = '<' + source + '>';
    const std::string title = attribute_value(token.body, "title");
    writer_.verbatim("![" + alternative + "](" + source + (title.empty() ? "" : " \"" + title + '"') + ')');
}

void HtmlConverter::require_cell() {
    if (blocks_.empty() || blocks_.back().flat) return;
    const Block& block = blocks_.back();
    const bool outside = block.tag == HtmlTag::row || (block.tag == HtmlTag::table && block.count > 0);
    if (outside) open_block(HtmlToken{HtmlToken::Kind::open, "td", {}, false}, HtmlTag::cell);
}

std::size_t HtmlConverter::find_block(HtmlTag tag, std::string_view name) const {
    for (std::size_t i = blocks_.size(); i > 0; --i) {
        const Block& block = blocks_[i - 1];
        const bool same_name = tag != HtmlTag::paragraph && tag != HtmlTag::line;
        if (block.tag == tag && (same_name || block.name == name)) return i;
        const bool barrier = is_table_part(tag) ? tag != HtmlTag::table && block.tag == HtmlTag::table
                                                : block.tag == HtmlTag::cell || block.tag == HtmlTag::table;
        if (barrier || (tag == HtmlTag::item && block.tag == HtmlTag::list)) return 0;
    }
    return 0;
}

void HtmlConverter::close_implied(HtmlTag tag) {
    if (tag == HtmlTag::item || tag == HtmlTag::row || tag == HtmlTag::cell) {
        if (const std::size_t position = find_block(tag); position > 0) pop_blocks_to(position - 1);
    }
    if (blocks_.empty()) return;
    const Block& last = blocks_.back();
    const bool over = last.name == "p" || (last.tag == tag && (tag == HtmlTag::line || tag == HtmlTag::heading));
    if (over) end_block();
}

void HtmlConverter::pop_blocks_to(std::size_t size) {
    while (blocks_.size() > size) end_block();
}

}  // namespace anabranch::lm
