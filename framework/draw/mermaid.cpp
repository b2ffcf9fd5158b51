#include <anabranch/error.h>
#include <framework/draw/drawing.h>

namespace anabranch::framework {
namespace {

/// In double quotes, with what Mermaid or HTML would read in it written as entities.
std::string in_quotes(const std::vector<std::string>& lines) {
    std::string out = "\"";
    for (const auto& line : lines) {
        if (out.size() > 1) out += "<br/>";
        for (const char c : line) {
            if (c == '"') {
                out += "#quot;";
            } else if (c == '<') {
                out += "#lt;";
            } else if (c == '>') {
                out += "#gt;";
            } else if (c == '#') {
                out += "#35;";
            } else if (c == '&') {
                out += "#amp;";
            } else if (c == '*') {
                out += "#42;";
            } else {
                out += c;
            }
        }
    }
    return out + "\"";
}

}  // namespace

std::string mermaid_text(const Drawing& drawing) {
    std::string out = "flowchart TD\n";
    for (std::size_t n = 0; n < drawing.nodes.size(); ++n) {
        const auto& node = drawing.nodes[n];
        const std::string label = in_quotes({node.name, node.type, "clock: " + drawing.clocks[node.clock]});
        out += cat("  n", n, node.regroups ? "[[" : "[", label, node.regroups ? "]]" : "]", "\n");
    }
    for (std::size_t r = 0; r < drawing.resources.size(); ++r) {
        out += cat("  r", r, "[(", in_quotes({drawing.resources[r].name, drawing.resources[r].type}), ")]\n");
    }
    for (const auto& edge : drawing.edges) {
        const bool feedback = edge.kind == Drawing::Edge::Kind::feedback;
        std::vector<std::string> lines{cat(edge.from_port, " to ", edge.to_port)};
        lines.insert(lines.end(), edge.columns.begin(), edge.columns.end());
        if (feedback) lines = {cat("credits: ", edge.credits)};
        const std::string arrow = feedback ? " -.-> " : edge.kind == Drawing::Edge::Kind::side ? " ==> " : " --> ";
        out += cat("  n", edge.from, arrow.substr(0, arrow.size() - 1), "|", in_quotes(lines), "| n", edge.to, "\n");
    }
    for (const auto& use : drawing.uses) {
        const std::string resource = cat("r", use.resource);
        const std::string user = cat(use.by_node ? "n" : "r", use.user);
        out += cat("  ", use.writes ? user : resource, " -.->|", in_quotes({use.label}), "| ",
                   use.writes ? resource : user, "\n");
    }
    return out;
}

}  // namespace anabranch::framework
