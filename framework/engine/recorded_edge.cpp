#include <anabranch/error.h>
#include <framework/engine/recorded_edge.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::string meant(const std::string& name, const std::vector<std::string>& known) {
    const auto candidate = did_you_mean(name, known);
    return candidate ? cat("; did you mean '", *candidate, "'?") : cat("; there are: ", enumerate(known));
}

/// Every stream at the node, inputs first.
std::vector<RecordedEdge> edges_of(const Plan& plan, const PlanNode& node, std::size_t index) {
    std::vector<RecordedEdge> edges;
    for (const auto* inputs : {&node.inputs, &node.side_inputs}) {
        for (const auto& input : *inputs) {
            edges.push_back({node.name, input.port, true, input.node,
                             output_index(plan.nodes[input.node], input.output),
                             cat(node.name, ".", input.port, ".packets")});
        }
    }
    const std::size_t inputs = edges.size();
    for (std::size_t o = 0; o < node.spec.outputs.size(); ++o) {
        const std::string& port = node.spec.outputs[o].name;
        const bool taken = std::any_of(edges.begin(), edges.begin() + static_cast<std::ptrdiff_t>(inputs),
                                       [&](const RecordedEdge& edge) { return edge.port == port; });
        edges.push_back(
            {node.name, port, false, index, o, cat(node.name, ".", port, taken ? ".given" : "", ".packets")});
    }
    return edges;
}

std::vector<RecordedEdge> edges_of(const Plan& plan, const std::string& wanted) {
    const std::size_t dot = wanted.find('.');
    const std::size_t index = find_node(plan, wanted.substr(0, dot));
    const PlanNode& node = plan.nodes[index];
    auto edges = edges_of(plan, node, index);
    if (edges.empty()) throw Error(cat("node '", node.name, "' has neither inputs nor outputs"));
    if (dot == std::string::npos) return edges;
    const std::string port = wanted.substr(dot + 1);
    std::vector<std::string> ports;
    for (const auto& edge : edges) ports.push_back(edge.port);
    std::erase_if(edges, [&](const RecordedEdge& edge) { return edge.port != port; });
    if (edges.empty())
        throw Error(cat("node '", node.name, "' (", node.spec.name, ") has no input or output '", port, "'",
                        meant(port, ports)));
    return edges;
}

}  // namespace

std::size_t output_index(const PlanNode& node, const std::string& output) {
    const auto found = std::ranges::find(node.spec.outputs, output, &Port::name);
    return static_cast<std::size_t>(found - node.spec.outputs.begin());
}

std::string stream_name(const Plan& plan, std::size_t node, std::size_t output) {
    return cat(plan.nodes[node].name, ".", plan.nodes[node].spec.outputs[output].name);
}

std::size_t find_node(const Plan& plan, const std::string& name) {
    const auto found = std::ranges::find(plan.nodes, name, &PlanNode::name);
    if (found == plan.nodes.end()) throw Error(cat("there is no node '", name, "'", meant(name, names_of(plan.nodes))));
    return static_cast<std::size_t>(found - plan.nodes.begin());
}

std::vector<RecordedEdge> recorded_edges(const Plan& plan, std::span<const std::string> wanted) {
    std::vector<RecordedEdge> edges;
    for (const auto& text : wanted) {
        for (auto& edge : edges_of(plan, text)) {
            if (std::ranges::find(edges, edge.file, &RecordedEdge::file) == edges.end())
                edges.push_back(std::move(edge));
        }
    }
    return edges;
}

}  // namespace anabranch::framework
