#include <anabranch/error.h>
#include <framework/page/chart.h>
#include <framework/page/html.h>
#include <framework/page/sections.h>
#include <framework/report/text.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace anabranch::framework {
namespace {

/// Groups in the order in which people look at them; others come after these, "time" last.
std::size_t rank(const std::string& group) {
    constexpr std::array<std::string_view, 7> known{"env", "objective", "eval", "", "ppo", "train", "policy"};
    if (group == "time") return known.size() + 1;
    const auto found = std::ranges::find(known, group);
    return static_cast<std::size_t>(found - known.begin());
}

std::string group_of(const Series& series) {
    const auto slash = series.name.find('/');
    return slash == std::string::npos ? std::string() : series.name.substr(0, slash);
}

std::string unit_of(const Series& series) {
    if (series.name.starts_with("time/")) return "s";
    if (series.name.ends_with("_per_second")) return "1/s";
    return {};
}

std::string figure(const Series& series) {
    std::vector<double> numbers;
    for (const auto& [step, value] : series.values) {
        if (std::isfinite(value)) numbers.push_back(value);
    }
    const std::string unit = unit_of(series);
    const std::string last = numbers.empty() ? "" : metric_text(numbers.back());
    std::string label = cat(series.name, ", ", counted(numbers.size(), "value"));
    if (!numbers.empty()) {
        label += cat(", from ", metric_text(numbers.front()), " to ", last, ", lowest ",
                     metric_text(std::ranges::min(numbers)), ", highest ", metric_text(std::ranges::max(numbers)));
    }
    const std::string clock =
        series.clock.empty() ? "" : cat(" <span class=\"quiet\">at ", escape_markup(series.clock), "</span>");
    return cat("<figure><figcaption><span class=\"name\">", escape_markup(series.name), clock, "</span><output>", last,
               unit.empty() ? "" : " " + unit, "</output></figcaption>", chart(series, label), "</figure>\n");
}

}  // namespace

std::string curve_section(const RunData& run) {
    std::map<std::pair<std::size_t, std::string>, std::string> groups;
    std::vector<std::pair<std::string, std::string>> single;
    bool smooth = false;
    for (const auto& series : run.series) {
        if (series.values.size() == 1) {
            const auto& [step, value] = *series.values.begin();
            single.emplace_back(series.name, cat(metric_text(value), series.clock.empty() ? cat(" at step ", step)
                                                                                          : cat(" at ", series.clock)));
            continue;
        }
        smooth = smooth || smoothing_window(series.values.size()) > 1;
        groups[{rank(group_of(series)), group_of(series)}] += figure(series);
    }
    if (groups.empty() && single.empty()) return {};
    std::string out = "<h3>Curves</h3>\n<p class=\"quiet\">Over the steps of the run.";
    if (smooth) out += " Thin: what was measured; bold: its mean over neighbouring steps.";
    out += "</p>\n";
    for (const auto& [key, figures] : groups) {
        if (!key.second.empty() && groups.size() > 1) out += cat("<h4>", escape_markup(key.second), "</h4>");
        out += cat("<div class=\"curves\">", figures, "</div>\n");
    }
    if (!single.empty()) out += "<h4>Measured once</h4>" + pairs(single);
    return out;
}

}  // namespace anabranch::framework
