#include <anabranch/error.h>
#include <framework/page/html.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace anabranch::framework {
namespace {

template <typename... Values>
std::string format(const char* pattern, Values... values) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), pattern, values...);
    return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string exact_text(double value) {
    return format("%.6g", value);
}

std::string tick_text(double value, double step) {
    const double size = std::abs(value);
    if (value == 0) return "0";
    if (size >= 1e6 || size < 1e-4 || step <= 0) return format("%.3g", value);
    const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    return format("%.*f", digits, value);
}

std::string share_text(double share) {
    if (share > 0 && share < 0.005) return "<1 %";
    return cat(std::lround(100 * share), " %");
}

std::string grouped_text(std::uint64_t value) {
    std::string text = std::to_string(value);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
    return text;
}

std::string table(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows) {
    const auto number = [&](std::size_t column) { return columns[column].starts_with('>'); };
    std::string out = "<div class=\"scroll\"><table><thead><tr>";
    for (std::size_t c = 0; c < columns.size(); ++c)
        out += cat("<th", number(c) ? " class=\"number\"" : "", ">", columns[c].substr(number(c) ? 1 : 0), "</th>");
    out += "</tr></thead><tbody>";
    for (const auto& row : rows) {
        out += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c)
            out += cat("<td", number(c) ? " class=\"number\"" : "", ">", row[c], "</td>");
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

std::string pairs(const std::vector<std::pair<std::string, std::string>>& items) {
    std::string out = "<dl class=\"pairs\">";
    for (const auto& [name, text] : items)
        out += cat("<dt>", escape_markup(name), "</dt><dd>", escape_markup(text), "</dd>");
    return out + "</dl>\n";
}

}  // namespace anabranch::framework
