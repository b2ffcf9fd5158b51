#include <anabranch/error.h>
#include <framework/report/summary.h>
#include <framework/report/text.h>

#include <algorithm>
#include <cmath>

namespace anabranch::framework {
namespace {

std::string padded(const std::string& text, std::size_t width, bool right = false) {
    const std::string fill(width > text.size() ? width - text.size() : 0, ' ');
    return right ? fill + text : text + fill;
}

std::string list_of(const std::vector<HighWater>& marks) {
    std::string text;
    for (const auto& mark : marks) {
        text += cat(text.empty() ? "" : ", ", mark.place, " ", mark.packets);
        if (mark.limit > 0) text += cat(" of ", mark.limit);
    }
    return text;
}

}  // namespace

void add_usage(NodeUsage& to, const NodeUsage& other) {
    to.calls += other.calls;
    to.seconds += other.seconds;
    to.waits.itself += other.waits.itself;
    to.waits.resources += other.waits.resources;
    to.waits.worker += other.waits.worker;
    for (std::size_t o = 0; o < std::min(to.outputs.size(), other.outputs.size()); ++o) {
        to.outputs[o].packets += other.outputs[o].packets;
        to.outputs[o].rows += other.outputs[o].rows;
    }
}

std::vector<std::string> summary_lines(const RunSummary& summary) {
    std::vector<std::string> lines;
    lines.push_back(cat(summary.outcome, ": ", counted(summary.steps, "step"), " in ", duration_text(summary.seconds)));
    std::size_t widest = 0;
    for (const auto& headline : summary.headlines) widest = std::max(widest, headline.name.size());
    for (const auto& headline : summary.headlines)
        lines.push_back(cat("  ", padded(headline.name, widest), "  ", change_text(headline)));
    if (!summary.data_counts.empty()) lines.push_back("  data: " + summary.data_counts);
    std::size_t width = 4;
    for (const auto& node : summary.nodes) width = std::max(width, node.name.size());
    lines.push_back(cat("  ", padded("node", width), padded("calls", 8, true), padded("time", 10, true),
                        padded("of the run", 12, true), padded("waited", 10, true)));
    for (const auto& node : summary.nodes) {
        const double share = summary.seconds > 0 ? 100 * node.seconds / summary.seconds : 0;
        lines.push_back(cat("  ", padded(node.name, width), padded(std::to_string(node.calls), 8, true),
                            padded(duration_text(node.seconds), 10, true),
                            padded(cat(std::lround(share), " %"), 12, true),
                            padded(duration_text(node.waits.total()), 10, true)));
    }
    if (!summary.in_flight.empty()) lines.push_back("  most packets in flight: " + list_of(summary.in_flight));
    if (!summary.waiting.empty()) lines.push_back("  most packets waiting: " + list_of(summary.waiting));
    if (!summary.kept.empty()) lines.push_back("  packets kept by side inputs: " + list_of(summary.kept));
    if (summary.peak_memory > 0) lines.push_back("  peak memory: " + bytes_text(summary.peak_memory));
    for (const auto& path : summary.written) lines.push_back("  written: " + path);
    return lines;
}

}  // namespace anabranch::framework
