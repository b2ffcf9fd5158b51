#include <anabranch/error.h>
#include <framework/page/chart.h>
#include <framework/page/html.h>
#include <framework/page/sections.h>
#include <framework/report/headline.h>
#include <framework/report/text.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::string card(const RunData& run, const Headline& headline) {
    const std::string name = cat("<div class=\"name\">", escape_markup(headline.name), "</div>");
    if (headline.values == 0)
        return cat("<div class=\"card\">", name, "<div class=\"quiet\">never measured</div></div>");
    std::string line;
    const auto series = std::ranges::find(run.series, headline.name, &Series::name);
    if (series != run.series.end()) line = spark_line(*series);
    std::string change;
    if (headline.values > 1) {
        change = cat("from ", metric_text(headline.first));
        if (headline.mean_of > 1) change += cat(", means of ", headline.mean_of, " of ", headline.values);
    }
    return cat("<div class=\"card\">", name, "<div class=\"figure\"><span class=\"big\">", metric_text(headline.last),
               "</span>", line, "</div><div class=\"quiet\">", change, "</div></div>");
}

}  // namespace

std::string headline_section(const RunData& run) {
    HeadlineTracker tracker(run.record ? run.record->headline : std::vector<std::string>{});
    for (const auto& metrics : run.steps) tracker.add(metrics);
    const auto headlines = tracker.headlines();
    if (headlines.empty()) return {};
    std::string out = "<div class=\"cards\">";
    for (const auto& headline : headlines) out += card(run, headline);
    return out + "</div>\n";
}

std::string failure_section(const RunData& run) {
    if (!run.record || run.record->failures.empty()) return {};
    std::string out = "<div class=\"failures\"><h3>Why it failed</h3>";
    for (const auto& failure : run.record->failures) out += cat("<pre>", escape_markup(failure), "</pre>");
    return out + "</div>\n";
}

}  // namespace anabranch::framework
