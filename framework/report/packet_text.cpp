#include <anabranch/json_text.h>
#include <framework/graph/utf8.h>
#include <framework/report/packet_text.h>

#include <algorithm>
#include <vector>

namespace anabranch::framework {
namespace {

constexpr std::size_t least_width = 20;

/// The first `width` characters, the last of them an ellipsis when there are more.
std::string cut(const std::string& text, std::size_t width) {
    std::size_t characters = 0;
    std::size_t keep = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
        if (characters + 1 == width) keep = i;
        if (++characters > width) return text.substr(0, keep) + "…";
    }
    return text;
}

/// So much of a text as can matter in a line of `width` characters, without what would move the terminal's cursor.
std::string plain(const std::string& text, std::size_t width) {
    std::string out;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size() && characters <= width; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) ++characters;
        const bool high_control = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (byte == '\n') {
            out += "⏎";
        } else if (byte == '\t') {
            out += "⇥";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += "�";
        } else if (high_control) {
            out += "�";
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// `array`'s values [first, first + count) as a list, of which so many are written as fit.
std::string list(const Array& array, std::int64_t first, std::int64_t count, std::size_t width) {
    const auto shown = std::min<std::int64_t>(count, static_cast<std::int64_t>(width));
    const auto* start =
        static_cast<const std::byte*>(array.data()) + static_cast<std::size_t>(first) * size_of(array.dtype());
    const Packet values({{"v", Array(array.dtype(), {1, shown}, Device{}, start, array.owner())}});
    const std::string json = json_row(values, 0);  // {"v": [1, 2]}
    std::string text = json.substr(6, json.size() - 7);
    if (shown == count && text.size() <= width) return text;
    const std::string tail = cat(" … (", count, " values)");
    const std::size_t room = width > count_characters(tail) ? width - count_characters(tail) : 1;
    const std::size_t comma = text.rfind(',', room - 1);
    return comma == std::string::npos ? text.substr(0, room) + tail : text.substr(0, comma + 1) + tail;
}

std::string type_text(const Column& column) {
    const std::string text = describe(column);
    const std::size_t bracket = text.find('[');
    const std::size_t comma = text.find(',');
    // Of a row: "f32[32,4]" has f32[4] in each.
    return text.substr(0, bracket) + (comma == std::string::npos ? "" : "[" + text.substr(comma + 1));
}

}  // namespace

std::string cell_text(const Packet::Named& column, std::int64_t row, std::size_t width) {
    if (const auto* strings = std::get_if<Strings>(&column.second))
        return cut(plain(strings->values()[static_cast<std::size_t>(row)], width), width);
    if (const auto* ragged = std::get_if<Ragged>(&column.second)) {
        const auto first = ragged->offsets()[static_cast<std::size_t>(row)];
        return list(ragged->flat(), first, ragged->offsets()[static_cast<std::size_t>(row) + 1] - first, width);
    }
    const auto& array = std::get<Array>(column.second);
    if (array.shape().size() > 1) {
        const std::int64_t count = array.rows() == 0 ? 0 : array.size() / array.rows();
        return list(array, row * count, count, width);
    }
    const std::string json = json_row(Packet({{"v", column.second}}), row);
    return cut(json.substr(6, json.size() - 7), width);
}

std::string rows_text(const Packet& packet, std::int64_t rows, std::size_t width) {
    std::size_t names = 0;
    std::size_t types = 0;
    for (const auto& [name, column] : packet.columns()) {
        names = std::max(names, count_characters(name));
        types = std::max(types, type_text(column).size());
    }
    const std::size_t indent = names + types + 6;
    const std::size_t room = std::max(least_width, width > indent ? width - indent : 0);
    std::string out;
    for (std::int64_t row = 0; row < std::min(rows, packet.rows()); ++row) {
        if (packet.rows() > 1) out += cat("  row ", row, "\n");
        for (const auto& column : packet.columns()) {
            const std::string type = type_text(column.second);
            out += cat("  ", column.first, std::string(names - count_characters(column.first) + 2, ' '), type,
                       std::string(types - type.size() + 2, ' '), cell_text(column, row, room), "\n");
        }
    }
    if (rows < packet.rows() && rows > 0) out += cat("  ... ", packet.rows() - rows, " more rows\n");
    return out;
}

}  // namespace anabranch::framework
