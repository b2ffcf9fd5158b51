#include <anabranch/error.h>
#include <framework/page/html.h>
#include <framework/page/sections.h>
#include <framework/report/text.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace anabranch::framework {
namespace {

constexpr std::size_t most_shown = 12;

bool is_number(const std::string& text) {
    char* end = nullptr;
    static_cast<void>(std::strtod(text.c_str(), &end));
    return !text.empty() && *end == '\0';
}

std::string row_text(const Printed::Row& row) {
    std::string numbers;
    std::string texts;
    for (const auto& [name, text] : row.cells) {
        if (is_number(text)) {
            numbers += cat("<span class=\"chip\">", escape_markup(name), " <b>", escape_markup(text), "</b></span>");
        } else {
            texts += cat("<dt>", escape_markup(name), "</dt><dd>", escape_markup(text), "</dd>");
        }
    }
    return cat(numbers, "<dl>", texts, "</dl>");
}

std::string card(const Printed& printed) {
    std::string out = cat("<article class=\"answer\"><h5>step ", printed.step, "</h5>");
    if (printed.rows.empty()) {
        std::string lines;
        for (const auto& line : printed.lines) lines += escape_markup(line) + "\n";
        out += cat("<pre>", lines, "</pre>");
    }
    for (const auto& row : printed.rows) out += row_text(row);
    return out + "</article>\n";
}

/// So many of them, evenly, with the first and the last.
std::vector<const Printed*> spread(const std::vector<const Printed*>& all) {
    if (all.size() <= most_shown) return all;
    std::vector<const Printed*> some;
    for (std::size_t i = 0; i < most_shown; ++i) some.push_back(all[i * (all.size() - 1) / (most_shown - 1)]);
    return some;
}

}  // namespace

std::string answer_section(const RunData& run) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const Printed*>> nodes;
    for (const auto& printed : run.printed) {
        auto& list = nodes[printed.node];
        if (list.empty()) order.push_back(printed.node);
        // After a resume steps may have been printed again.
        if (!list.empty() && list.back()->step == printed.step) list.pop_back();
        list.push_back(&printed);
    }
    if (order.empty()) return {};
    std::string out = "<h3>Samples</h3>\n";
    for (const auto& node : order) {
        const auto& all = nodes[node];
        const auto shown = spread(all);
        out += cat("<p class=\"quiet\">What <b>", escape_markup(node), "</b> printed");
        if (shown.size() < all.size())
            out += cat(": ", shown.size(), " of ", all.size(), "; all are in ", "printed.jsonl");
        out += ".</p>\n<div class=\"answers\">";
        for (const auto* printed : shown) out += card(*printed);
        out += "</div>\n";
    }
    return out;
}

}  // namespace anabranch::framework
