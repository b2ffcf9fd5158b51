#include <anabranch/error.h>
#include <framework/page/assets.h>
#include <framework/page/html.h>
#include <framework/page/page.h>
#include <framework/page/sections.h>
#include <framework/report/text.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::string name_of(const RunData& run) {
    if (run.record && !run.record->name.empty()) return run.record->name;
    return run.folder.filename().string();
}

std::string outcome_of(const RunData& run) {
    return run.record ? run.record->outcome : "running";
}

std::string badge(const RunData& run) {
    const std::string outcome = outcome_of(run);
    return cat("<span class=\"badge ", escape_markup(outcome), "\">",
               outcome == "running" ? "no end" : escape_markup(outcome), "</span>");
}

std::uint64_t steps_of(const RunData& run) {
    std::uint64_t steps = run.record ? run.record->steps : 0;
    for (const auto& series : run.series) {
        if (series.clock.empty() && !series.values.empty()) steps = std::max(steps, series.values.rbegin()->first);
    }
    return steps;
}

double seconds_of(const RunData& run) {
    const double told = run.record ? run.record->seconds : 0;
    return outcome_of(run) == "running" ? std::max(told, run.last_wall_seconds) : told;
}

std::string facts(const RunData& run) {
    std::string text = counted(steps_of(run), "step");
    if (run.record && run.record->total && *run.record->total != steps_of(run)) text += cat(" of ", *run.record->total);
    text += " in " + duration_text(seconds_of(run));
    if (run.record) {
        std::string when = run.record->started.substr(0, 16);
        std::ranges::replace(when, 'T', ' ');
        text += " \u00b7 started " + when;
        if (run.record->processes > 1) text += cat(" \u00b7 resumed ", counted(run.record->processes - 1, "time"));
    }
    text += " \u00b7 " + run.folder.string();
    std::string out = cat("<p class=\"quiet\">", escape_markup(text), "</p>\n");
    if (outcome_of(run) == "running")
        out += "<p class=\"quiet\">The run has not written its end: it goes on, or it was killed.</p>\n";
    return out;
}

/// Where the time went, as one bar.
std::string time_bar(const RunData& run) {
    if (!run.record) return {};
    double all = 0;
    for (const auto& node : run.record->nodes) all += node.usage.seconds;
    if (all <= 0) return {};
    std::vector<const RunRecord::Node*> nodes;
    for (const auto& node : run.record->nodes) nodes.push_back(&node);
    std::ranges::stable_sort(nodes, std::greater{}, [](const auto* node) { return node->usage.seconds; });
    std::string bar;
    std::string legend;
    constexpr std::size_t colours = 6;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const double share = nodes[i]->usage.seconds / all;
        if (share < 0.005) continue;
        const std::string name = escape_markup(nodes[i]->usage.name);
        bar += cat("<i class=\"c", i % colours, "\" style=\"flex-grow:", exact_text(share), "\" title=\"", name,
                   "\"></i>");
        legend += cat("<li><i class=\"c", i % colours, "\"></i>", name, " <b>", share_text(share),
                      "</b> <span class=\"quiet\">", duration_text(nodes[i]->usage.seconds), "</span></li>");
    }
    return cat("<h3>Where the time went</h3>\n<div class=\"bar\" aria-hidden=\"true\">", bar,
               "</div><ul class=\"legend\">", legend, "</ul>\n");
}

std::string body_of(const RunData& run, const std::string& id) {
    return cat(failure_section(run), headline_section(run), time_bar(run), curve_section(run), answer_section(run),
               graph_section(run, id), node_section(run), setting_section(run));
}

std::string stage_list(const std::vector<RunData>& runs) {
    std::string out = "<nav><ol>";
    for (std::size_t r = 0; r < runs.size(); ++r) {
        out += cat("<li><a href=\"#stage", r + 1, "\">", escape_markup(name_of(runs[r])), "</a> ", badge(runs[r]),
                   " <span class=\"quiet\">", counted(steps_of(runs[r]), "step"), ", ",
                   duration_text(seconds_of(runs[r])), "</span></li>");
    }
    return out + "</ol></nav>\n";
}

}  // namespace

std::string page_text(const std::vector<RunData>& runs, const std::string& title) {
    std::string body;
    const bool chain = runs.size() > 1;
    if (chain) body += cat("<header><h1>", escape_markup(title), "</h1></header>\n", stage_list(runs));
    for (std::size_t r = 0; r < runs.size(); ++r) {
        const std::string heading = chain ? "h2" : "h1";
        body += cat("<section id=\"stage", r + 1, "\"><header><", heading, ">", escape_markup(name_of(runs[r])), " ",
                    badge(runs[r]), "</", heading, ">", facts(runs[r]), "</header>\n",
                    body_of(runs[r], cat("stage", r + 1, "-")), "</section>\n");
    }
    return cat(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
        "dark\">\n<title>",
        escape_markup(title), "</title>\n<style>\n", page_style(), "</style>\n</head>\n<body>\n<main>\n", body,
        "</main>\n<script>\n", page_script(), "</script>\n</body>\n</html>\n");
}

}  // namespace anabranch::framework
