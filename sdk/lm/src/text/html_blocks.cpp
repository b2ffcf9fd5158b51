// How blocks of HTML begin and end in Markdown.
#include <algorithm>
#include <charconv>

#include "html_converter.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t maximum_blocks = 48;
constexpr std::size_t maximum_columns_spanned = 32;
constexpr std::size_t maximum_list_number = 999'999'999;  // CommonMark's own limit

std::size_t number_attribute(const HtmlToken& token, std::string_view name, std::size_t otherwise) {
    const std::string value = attribute_value(token.body, name);
    std::size_t number = otherwise;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    return error == std::errc() ? number : otherwise;
}

}  // namespace

void HtmlConverter::open_block(const HtmlToken& token, HtmlTag tag) {
    close_implied(tag);
    if (tag == HtmlTag::cell && find_block(HtmlTag::row) == 0 && find_block(HtmlTag::table) > 0) {
        open_block(HtmlToken{HtmlToken::Kind::open, "tr", {}, false}, HtmlTag::row);
    } else if (tag != HtmlTag::row && tag != HtmlTag::cell) {
        require_cell();
    }
    if (blocks_.size() >= maximum_blocks) return writer_.boundary(2);
    Block block{token.name, tag, writer_.marks(), 0, writer_.single_line()};
    begin_block(token, block);
    blocks_.push_back(std::move(block));
}

void HtmlConverter::begin_block(const HtmlToken& token, Block& block) {
    const auto is_list = [](const Block& b) { return b.tag == HtmlTag::list; };
    if (block.tag == HtmlTag::cell || block.tag == HtmlTag::row) {
        const HtmlTag parent = block.tag == HtmlTag::cell ? HtmlTag::row : HtmlTag::table;
        const std::size_t position = find_block(parent);
        block.flat = position == 0 || blocks_[position - 1].flat;
    }
    switch (block.tag) {
        case HtmlTag::line:
            writer_.boundary(1);
            break;
        case HtmlTag::list:
            block.count = block.name == "ol" ? std::min(number_attribute(token, "start", 1), maximum_list_number) : 0;
            writer_.boundary(std::any_of(blocks_.begin(), blocks_.end(), is_list) ? 1 : 2);
            break;
        case HtmlTag::row: {
            const std::size_t table = find_block(HtmlTag::table);
            writer_.boundary(!block.flat && blocks_[table - 1].count == 0 ? 2 : 1);
            break;
        }
        case HtmlTag::item:
            writer_.boundary(1);
            break;
        case HtmlTag::cell:
            begin_cell(token, block);
            break;
        default:
            writer_.boundary(2);
            break;
    }
    if (block.flat) return;
    if (block.tag == HtmlTag::item) begin_item();
    if (block.tag == HtmlTag::quote) writer_.push_container("> ", "> ");
    if (block.tag == HtmlTag::heading) {
        const auto level = static_cast<std::size_t>(block.name[1] - '0');
        writer_.push_container(std::string(level, '#') + ' ', "");
        writer_.begin_single_line();
    }
}

void HtmlConverter::begin_item() {
    const auto is_list = [](const Block& b) { return b.tag == HtmlTag::list; };
    const auto depth = std::count_if(blocks_.begin(), blocks_.end(), is_list);
    const auto list = std::find_if(blocks_.rbegin(), blocks_.rend(), is_list);
    std::string marker = "* ";
    if (list != blocks_.rend() && list->name == "ol") {
        marker = std::to_string(list->count) + ". ";
        list->count = std::min(list->count + 1, maximum_list_number);
    } else if (depth > 0) {
        marker[0] = "*+-"[(depth - 1) % 3];
    }
    const std::string indentation(marker.size(), ' ');
    writer_.push_container(std::move(marker), indentation);
}

void HtmlConverter::begin_cell(const HtmlToken& token, Block& block) {
    if (block.flat) return writer_.boundary(1);
    block.count = std::clamp<std::size_t>(number_attribute(token, "colspan", 1), 1, maximum_columns_spanned) - 1;
    blocks_[find_block(HtmlTag::row) - 1].count += 1 + block.count;
    writer_.begin_cell();
    writer_.begin_single_line();
    writer_.in_table_cell(true);
}

void HtmlConverter::end_block() {
    const Block block = std::move(blocks_.back());
    blocks_.pop_back();
    writer_.drop_marks(block.marks);
    if (block.flat) return writer_.boundary(1);
    switch (block.tag) {
        case HtmlTag::quote:
            writer_.pop_container();
            writer_.boundary(2);
            break;
        case HtmlTag::heading:
            writer_.end_single_line();
            writer_.pop_container();
            writer_.boundary(2);
            break;
        case HtmlTag::item:
            writer_.pop_container();
            writer_.boundary(1);
            break;
        case HtmlTag::list: {
            const auto is_list = [](const Block& b) { return b.tag == HtmlTag::list; };
            writer_.boundary(std::any_of(blocks_.begin(), blocks_.end(), is_list) ? 1 : 2);
            break;
        }
        case HtmlTag::cell:
            writer_.in_table_cell(false);
            writer_.end_single_line();
            for (std::size_t i = 0; i < block.count; ++i) writer_.begin_cell();
            break;
        case HtmlTag::row:
            if (block.count > 0) {
                Block& table = blocks_[find_block(HtmlTag::table) - 1];
                writer_.end_row(table.count == 0 ? block.count : 0);
                ++table.count;
            }
            break;
        case HtmlTag::line:
            writer_.boundary(1);
            break;
        default:
            writer_.boundary(2);
            break;
    }
}

}  // namespace anabranch::lm
