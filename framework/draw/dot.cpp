#include <anabranch/error.h>
#include <framework/draw/drawing.h>

#include <array>
#include <string_view>

namespace anabranch::framework {
namespace {

/// One for each clock, pale enough to read on.
constexpr std::array<std::string_view, 6> colours{"#e8f1fb", "#eaf6e6", "#fdf1dc", "#f7e6f1", "#e6f5f5", "#f1ecfa"};

/// A text in double quotes, as the dot language writes it; `\n` in it stays a line break.
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

/// One column a line: edges are read from top to bottom.
std::string lines(const std::vector<std::string>& columns) {
    std::string out;
    for (const auto& column : columns) out += (out.empty() ? "" : "\n") + column;
    return out;
}

std::string edge_text(const Drawing& drawing, const Drawing::Edge& edge) {
    const auto id = [&](std::size_t node) { return in_quotes("node " + drawing.nodes[node].name); };
    const bool feedback = edge.kind == Drawing::Edge::Kind::feedback;
    const std::string label = feedback ? cat("credits: ", edge.credits) : lines(edge.columns);
    std::string out = cat("  ", id(edge.from), " -> ", id(edge.to), " [label=", in_quotes(label),
                          ", taillabel=", in_quotes(edge.from_port));
    if (feedback) return out + ", style=dashed, constraint=false];\n";
    out += ", headlabel=" + in_quotes(edge.to_port);
    return out + (edge.kind == Drawing::Edge::Kind::side ? ", style=bold];\n" : "];\n");
}

}  // namespace

std::string dot_text(const Drawing& drawing) {
    std::string out = cat("digraph ", in_quotes(drawing.name),
                          " {\n  rankdir=TB;\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, "
                          "fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (const auto& node : drawing.nodes) {
        const std::string label = cat(node.name, "\n", node.type, "\nclock: ", drawing.clocks[node.clock]);
        out += cat("  ", in_quotes("node " + node.name), " [label=", in_quotes(label), ", fillcolor=\"",
                   colours[node.clock % colours.size()], "\"", node.regroups ? ", peripheries=2" : "", "];\n");
    }
    for (const auto& resource : drawing.resources) {
        out += cat("  ", in_quotes("resource " + resource.name),
                   " [label=", in_quotes(resource.name + "\n" + resource.type), ", shape=cylinder];\n");
    }
    for (const auto& edge : drawing.edges) out += edge_text(drawing, edge);
    for (const auto& use : drawing.uses) {
        const std::string resource = in_quotes("resource " + drawing.resources[use.resource].name);
        const std::string user = in_quotes(use.by_node ? "node " + drawing.nodes[use.user].name
                                                       : "resource " + drawing.resources[use.user].name);
        out += cat("  ", use.writes ? user : resource, " -> ", use.writes ? resource : user,
                   " [style=dotted, label=", in_quotes(use.label), "];\n");
    }
    return out + "}\n";
}

}  // namespace anabranch::framework
