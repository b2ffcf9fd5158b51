#include <anabranch/error.h>
#include <framework/draw/markup.h>

#include <cmath>

namespace anabranch::framework {

std::string escape_markup(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) {
            out += "\xEF\xBF\xBD";
        } else {
            out += c;
        }
    }
    return out;
}

std::string route_text(const std::vector<Point>& route, const Point& shift) {
    const auto round = [](double value) { return std::lround(value); };
    std::string out = cat("M", round(route[0].x + shift.x), " ", round(route[0].y + shift.y));
    for (std::size_t i = 1; i < route.size(); ++i) {
        const Point& from = route[i - 1];
        const Point& to = route[i];
        const double middle = (from.y + to.y) / 2 + shift.y;
        out += cat(" C", round(from.x + shift.x), " ", round(middle), " ", round(to.x + shift.x), " ", round(middle),
                   " ", round(to.x + shift.x), " ", round(to.y + shift.y));
    }
    return out;
}

}  // namespace anabranch::framework
