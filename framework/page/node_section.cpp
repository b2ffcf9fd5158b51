#include <anabranch/error.h>
#include <framework/page/html.h>
#include <framework/page/sections.h>
#include <framework/report/text.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::string escaped_duration(double seconds) {
    return escape_markup(duration_text(seconds));
}

std::string node_table(const RunRecord& record) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& node : record.nodes) {
        const NodeUsage& usage = node.usage;
        const double share = record.seconds > 0 ? usage.seconds / record.seconds : 0;
        const auto calls = static_cast<double>(std::max<std::uint64_t>(usage.calls, 1));
        rows.push_back({cat("<b>", escape_markup(usage.name), "</b>"), escape_markup(node.type),
                        grouped_text(usage.calls), escaped_duration(usage.seconds), share_text(share),
                        escaped_duration(usage.seconds / calls), escaped_duration(usage.waits.itself),
                        escaped_duration(usage.waits.resources), escaped_duration(usage.waits.worker)});
    }
    return table({"node", "type", ">calls", ">time", ">of the run", ">a call", ">waited for its call before",
                  ">for a resource", ">for a thread"},
                 rows);
}

std::string edge_table(const RunRecord& record) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& edge : record.edges) {
        if (edge.kind == "feedback") continue;
        NodeUsage::Output given;
        for (const auto& node : record.nodes) {
            const auto output = std::ranges::find(node.outputs, edge.output);
            if (node.usage.name == edge.from && output != node.outputs.end())
                given = node.usage.outputs[static_cast<std::size_t>(output - node.outputs.begin())];
        }
        const auto mark = record.waiting.find(edge_place(edge));
        rows.push_back({cat(escape_markup(edge.from), ".", escape_markup(edge.output)),
                        cat(escape_markup(edge.to), ".", escape_markup(edge.input),
                            edge.kind == "side" ? " <span class=\"quiet\">(side input)</span>" : ""),
                        grouped_text(given.packets), grouped_text(static_cast<std::uint64_t>(given.rows)),
                        mark == record.waiting.end() ? "" : grouped_text(mark->second)});
    }
    return table({"from", "to", ">packets", ">rows", ">most waiting"}, rows);
}

std::string in_flight(const RunRecord& record) {
    std::string text;
    for (const auto& mark : record.in_flight) {
        text += cat(text.empty() ? "" : ", ", escape_markup(mark.place), " ", mark.packets, " of ", mark.limit);
    }
    return text.empty() ? text : cat("<p class=\"quiet\">Most packets in flight: ", text, ".</p>\n");
}

}  // namespace

std::string node_section(const RunData& run) {
    if (!run.record || run.record->nodes.empty()) return {};
    return cat("<h3>Nodes</h3>\n", node_table(*run.record), "<h3>Edges</h3>\n", edge_table(*run.record),
               in_flight(*run.record));
}

}  // namespace anabranch::framework
