#include "html_tokenizer.h"

#include <algorithm>

#include "html_entities.h"

namespace anabranch::lm {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
    return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) { return lower(a) == b; });
}

/// Position of the ">" that ends the tag, or npos when the text or the next tag begins before it.
std::size_t find_tag_end(std::string_view html, std::size_t at) {
    char quote = 0;
    for (; at < html.size(); ++at) {
        const char c = html[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '>') {
            return at;
        } else if (c == '<') {
            return npos;
        } else if (c == '"' || c == '\'') {
            quote = c;
        }
    }
    return npos;
}

}  // namespace

bool HtmlTokenizer::next(HtmlToken& token) {
    while (at_ < html_.size()) {
        const std::size_t begin = at_;
        if (html_[at_] == '<') {
            if (read_markup(token)) return true;
            if (at_ != begin) continue;  // something left out
            ++at_;                       // a "<" that is text
        }
        at_ = std::min(html_.find('<', at_), html_.size());
        token.kind = HtmlToken::Kind::text;
        token.body = html_.substr(begin, at_ - begin);
        return true;
    }
    return false;
}

/// True: a tag was read. False: something to leave out was skipped or, when nothing moved, the "<" is text.
bool HtmlTokenizer::read_markup(HtmlToken& token) {
    if (at_ + 1 >= html_.size()) return false;
    const char next = html_[at_ + 1];
    if (next == '!' || next == '?') {
        at_ = skip_declaration();
        return false;
    }
    if (is_letter(next)) {
        token.kind = HtmlToken::Kind::open;
        if (!read_tag(token, at_ + 1)) return false;
        if (token.name == "script" || token.name == "style") skip_raw_text(token.name);
        return true;
    }
    if (next == '/' && at_ + 2 < html_.size() && is_letter(html_[at_ + 2])) {
        token.kind = HtmlToken::Kind::close;
        return read_tag(token, at_ + 2);
    }
    return false;
}

bool HtmlTokenizer::read_tag(HtmlToken& token, std::size_t name_begin) {
    const std::size_t end = find_tag_end(html_, name_begin);
    if (end == npos) return false;
    std::size_t name_end = name_begin;
    while (name_end < end && !is_space(html_[name_end]) && html_[name_end] != '/') ++name_end;
    token.name.assign(html_.substr(name_begin, name_end - name_begin));
    std::transform(token.name.begin(), token.name.end(), token.name.begin(), lower);
    token.body = html_.substr(name_end, end - name_end);
    token.self_closing = !token.body.empty() && token.body.back() == '/';
    at_ = end + 1;
    return true;
}

/// Where the comment or declaration at `at_` ends; `at_` when it does not.
std::size_t HtmlTokenizer::skip_declaration() {
    const bool comment = html_.compare(at_, 4, "<!--") == 0;
    bool& ends = comment ? comments_end_ : declarations_end_;
    if (!ends) return at_;
    const std::string_view terminator = comment ? "-->" : ">";
    const std::size_t end = html_.find(terminator, at_ + 2);
    ends = end != npos;
    return ends ? end + terminator.size() : at_;
}

/// Moves to the closing tag of a script or style. One without a closing tag is read on as text.
void HtmlTokenizer::skip_raw_text(std::string_view name) {
    bool& ends = name == "script" ? scripts_end_ : styles_end_;
    if (!ends) return;
    for (std::size_t at = html_.find("</", at_); at != npos; at = html_.find("</", at + 2)) {
        if (equals_ignoring_case(html_.substr(at + 2, name.size()), name)) {
            at_ = at;
            return;
        }
    }
    ends = false;
}

std::string attribute_value(std::string_view body, std::string_view name) {
    std::size_t at = 0;
    while (at < body.size()) {
        while (at < body.size() && (is_space(body[at]) || body[at] == '/')) ++at;
        const std::size_t name_begin = at;
        while (at < body.size() && !is_space(body[at]) && body[at] != '=' && body[at] != '/') ++at;
        const std::string_view found = body.substr(name_begin, at - name_begin);
        while (at < body.size() && is_space(body[at])) ++at;
        std::string_view value;
        if (at < body.size() && body[at] == '=') {
            ++at;
            while (at < body.size() && is_space(body[at])) ++at;
            const char quote = at < body.size() && (body[at] == '"' || body[at] == '\'') ? body[at++] : ' ';
            const std::size_t value_begin = at;
            while (at < body.size() && (quote == ' ' ? !is_space(body[at]) : body[at] != quote)) ++at;
            value = body.substr(value_begin, at - value_begin);
            if (quote != ' ' && at < body.size()) ++at;
        }
        if (equals_ignoring_case(found, name)) {
            std::string decoded;
            append_decoded(decoded, value);
            return decoded;
        }
    }
    return {};
}

}  // namespace anabranch::lm
