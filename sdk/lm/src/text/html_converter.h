#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "html_tags.h"
#include "html_tokenizer.h"
#include "markdown_writer.h"

namespace anabranch::lm {

/// Turns a stream of tags and text into calls of a MarkdownWriter, mending what is unclosed or misnested.
class HtmlConverter {
  public:
    explicit HtmlConverter(bool escape) : writer_(escape) {}

    void text(std::string_view undecoded);
    void open(const HtmlToken& token);
    void close(std::string_view name);
    [[nodiscard]] std::string finish();

  private:
    struct Block {
        std::string name;
        HtmlTag tag = HtmlTag::transparent;
        std::size_t marks = 0;  // open when the block began
        std::size_t count = 0;  // next number of a list; rows of a table; cells of a row; more columns of a cell
        bool flat = false;      // inside a single line: nothing but spaces around it
    };

    void open_block(const HtmlToken& token, HtmlTag tag);
    void begin_block(const HtmlToken& token, Block& block);
    void begin_item();
    void begin_cell(const HtmlToken& token, Block& block);
    void end_block();
    void pop_blocks_to(std::size_t size);
    /// Text straight in a table's row stands in a cell of its own.
    void require_cell();
    /// Ends what a new block implies is over: an item before an item, a paragraph before any block.
    void close_implied(HtmlTag tag);
    /// Position behind the innermost block of that kind, not looking out of a table's cell or a list; 0: none.
    [[nodiscard]] std::size_t find_block(HtmlTag tag, std::string_view name = {}) const;

    void begin_code(const HtmlToken& token, HtmlTag tag);
    /// What a tag means while code is collected; true: nothing beyond that.
    bool open_in_code(const HtmlToken& token, HtmlTag tag);
    bool close_in_code(std::string_view name, HtmlTag tag);
    void end_code();
    void write_image(const HtmlToken& token);

    MarkdownWriter writer_;
    std::vector<Block> blocks_;
    std::string decoded_;
    // Inside <code> or <pre>: everything is collected until the tag closes.
    HtmlTag code_tag_ = HtmlTag::transparent;
    std::string code_name_;
    std::string code_;
    std::string code_language_;
};

}  // namespace anabranch::lm
