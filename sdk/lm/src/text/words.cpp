#include "anabranch/lm/text/words.h"

#include <algorithm>
#include <iterator>

#include "anabranch/lm/text/utf8.h"

namespace anabranch::lm {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr Range white_space[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                                 {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                                 {0x205F, 0x205F}, {0x3000, 0x3000}};

// Written without spaces: kana, then the blocks of ideographs.
constexpr Range ideographs[] = {{0x3041, 0x3096}, {0x30A1, 0x30FA},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
                                {0xF900, 0xFAFF}, {0x20000, 0x2FA1F}, {0x30000, 0x323AF}};

// Punctuation, symbols and emoji, by block; everything else above ASCII is taken for a letter, mark or digit.
constexpr Range symbols[] = {
    {0x00, 0x2F},     {0x3A, 0x40},       {0x5B, 0x60},      {0x7B, 0xA9},     {0xAB, 0xB1},     {0xB4, 0xB4},
    {0xB6, 0xB8},     {0xBB, 0xBB},       {0xBF, 0xBF},      {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2000, 0x206F},
    {0x20A0, 0x20CF}, {0x2190, 0x245F},   {0x2500, 0x2BFF},  {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020},
    {0x3030, 0x3030}, {0xFE00, 0xFE6F},   {0xFF01, 0xFF0F},  {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65},
    {0xFFE0, 0xFFFD}, {0x1F000, 0x1FAFF}, {0xE0000, 0xE01EF}};

template <std::size_t Size>
bool contains(const Range (&ranges)[Size], char32_t code_point) {
    const auto* found = std::lower_bound(std::begin(ranges), std::end(ranges), code_point,
                                         [](const Range& range, char32_t c) { return range.last < c; });
    return found != std::end(ranges) && code_point >= found->first;
}

}  // namespace

std::size_t count_words(std::string_view text) {
    std::size_t words = 0;
    bool counted = false;  // the word at hand
    for (std::size_t offset = 0; offset < text.size();) {
        const char32_t code_point = next_code_point(text, offset);
        if (contains(white_space, code_point)) {
            counted = false;
        } else if (contains(ideographs, code_point)) {
            ++words;
            counted = false;
        } else if (!counted && !contains(symbols, code_point)) {
            ++words;
            counted = true;
        }
    }
    return words;
}

}  // namespace anabranch::lm
