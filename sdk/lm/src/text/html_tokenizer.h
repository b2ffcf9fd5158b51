#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace anabranch::lm {

struct HtmlToken {
    enum class Kind { text, open, close };
    Kind kind = Kind::text;
    std::string name;       // of a tag, in lower case
    std::string_view body;  // the text, undecoded; or what stands in the tag behind its name
    bool self_closing = false;
};

/// Cuts a fragment into text and tags. Never fails and never loses text: what is not a whole tag is text. Comments,
/// declarations, and scripts and styles with what is in them are left out. Linear time: a tag ends at the next "<"
/// outside quotes, and a terminator once found missing is not looked for again.
class HtmlTokenizer {
  public:
    /// `html` must outlive the tokenizer and its tokens.
    explicit HtmlTokenizer(std::string_view html) : html_(html) {}
    bool next(HtmlToken& token);

  private:
    bool read_markup(HtmlToken& token);
    bool read_tag(HtmlToken& token, std::size_t name_begin);
    [[nodiscard]] std::size_t skip_declaration();
    void skip_raw_text(std::string_view name);

    std::string_view html_;
    std::size_t at_ = 0;
    bool comments_end_ = true;      // false: no "-->" is ahead
    bool declarations_end_ = true;  // false: no ">" is ahead
    bool scripts_end_ = true;
    bool styles_end_ = true;
};

/// The decoded value of an attribute of a tag's body, or "" if it has none. Names in lower case.
[[nodiscard]] std::string attribute_value(std::string_view tag_body, std::string_view name);

}  // namespace anabranch::lm
