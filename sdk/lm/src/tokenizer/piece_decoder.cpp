#include "piece_decoder.h"

#include <array>
#include <charconv>
#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    out.reserve(text.size());
    for (;;) {
        const std::size_t place = text.find(from);
        out += text.substr(0, place);
        if (place == std::string_view::npos) return out;
        out += to;
        text.remove_prefix(place + from.size());
    }
}

std::string bytes_of(const std::string& token, TokenType type) {
    if (type == TokenType::control || type == TokenType::unknown) return token;
    if (type != TokenType::byte) return replaced(token, space_mark, " ");
    unsigned byte = 0;
    const char* digits = token.data() + 3;
    const bool spelt = token.size() == 6 && token.starts_with("<0x") && token.back() == '>' &&
                       std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    if (!spelt) throw Error(cat("the byte token \"", token, "\" should be spelt as <0x0A> is"));
    return {static_cast<char>(byte)};
}

}  // namespace

std::string mark_spaces(std::string_view text) {
    return replaced(text, " ", space_mark);
}

std::string byte_token(unsigned byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
}

PieceDecoder::PieceDecoder(const Vocabulary& vocabulary, SpacePrefix prefix, std::vector<bool> part_ends)
    : prefix_(prefix), part_ends_(std::move(part_ends)) {
    for (std::int64_t id = 0; id < static_cast<std::int64_t>(vocabulary.size()); ++id) {
        const TokenType type = vocabulary.type(id);
        special_.push_back(type == TokenType::control || type == TokenType::unknown);
        bytes_.push_back(bytes_of(vocabulary.token(id), type));
    }
}

std::string PieceDecoder::decode(std::span<const std::int64_t> ids, bool skip_special) const {
    std::string text;
    bool part_begins = prefix_ != SpacePrefix::none;
    for (const std::int64_t id : ids) {
        const auto i = static_cast<std::size_t>(id);
        const bool left_out = skip_special && special_[i];
        if (part_ends_[i]) {
            if (!left_out) text += bytes_[i];
            part_begins = prefix_ == SpacePrefix::every || (part_begins && left_out);
            continue;
        }
        if (left_out) continue;
        std::string_view bytes = bytes_[i];
        if (part_begins && bytes.starts_with(' ')) bytes.remove_prefix(1);
        part_begins = false;
        text += bytes;
    }
    return text;
}

}  // namespace anabranch::lm
