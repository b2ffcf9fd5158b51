#include <anabranch/error.h>
#include <framework/cli/output.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

/// A text in double quotes, as the dot language writes it; `\n` in it stays a line break.
std::string dot_text(std::string_view text) {
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
std::string columns_label(const PortType& type) {
    std::string label = type.passes ? "*" : "";
    for (const auto& column : type.columns) label += (label.empty() ? "" : "\n") + column.text();
    return label;
}

std::string node_id(const PlanNode& node) {
    return dot_text("node " + node.name);
}
std::string resource_id(const PlanResource& resource) {
    return dot_text("resource " + resource.name);
}

void nodes(const Plan& plan) {
    for (const auto& node : plan.nodes) {
        std::cout << "  " << node_id(node) << " [label=" << dot_text(node.name + "\n" + node.spec.name)
                  << (node.spec.regroups_rows ? ", peripheries=2" : "") << "];\n";
    }
    for (const auto& resource : plan.resources) {
        std::cout << "  " << resource_id(resource) << " [label=" << dot_text(resource.name + "\n" + resource.spec.name)
                  << ", shape=cylinder];\n";
    }
}

void edges(const Plan& plan) {
    for (const auto& node : plan.nodes) {
        for (const auto& input : node.inputs) {
            const PlanNode& from = plan.nodes[input.node];
            const auto port = std::ranges::find(from.spec.outputs, input.output, &Port::name);
            std::cout << "  " << node_id(from) << " -> " << node_id(node)
                      << " [label=" << dot_text(columns_label(port->type)) << ", taillabel=" << dot_text(input.output)
                      << ", headlabel=" << dot_text(input.port) << "];\n";
        }
    }
    for (const auto& edge : plan.feedback) {
        std::cout << "  " << node_id(plan.nodes[edge.from]) << " -> " << node_id(plan.nodes[edge.to])
                  << " [style=dashed, label=" << dot_text(cat("credits: ", edge.credits))
                  << ", taillabel=" << dot_text(edge.output) << ", constraint=false];\n";
    }
}

void uses(const Plan& plan) {
    const auto label = [](const std::string& use, const std::string& view) {
        return dot_text(view.empty() ? use : cat(use, " (", view, ")"));
    };
    for (const auto& node : plan.nodes) {
        for (const auto& use : node.uses) {
            const std::string resource = resource_id(plan.resources[use.resource]);
            const bool writes = use.access == Access::write;
            std::cout << "  " << (writes ? node_id(node) : resource) << " -> " << (writes ? resource : node_id(node))
                      << " [style=dotted, label=" << label(use.use, use.view) << "];\n";
        }
    }
    for (const auto& resource : plan.resources) {
        for (const auto& use : resource.uses) {
            std::cout << "  " << resource_id(plan.resources[use.resource]) << " -> " << resource_id(resource)
                      << " [style=dotted, label=" << label(use.use, use.view) << "];\n";
        }
    }
}

int graph(const GraphOptions& options) {
    const Host host = options.load_host();
    ChainOptions chain = options.chain();
    chain.made.may_be_unknown = true;
    const auto stages = checked(host, chain);
    if (!stages) return exit_invalid_graph;
    const auto& plan = stages->front().result.plan;
    std::cout << "digraph " << dot_text(plan->name) << " {\n"
              << "  rankdir=TB;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
              << "  edge [fontname=\"sans-serif\", fontsize=10];\n";
    nodes(*plan);
    edges(*plan);
    uses(*plan);
    std::cout << "}\n";
    return exit_done;
}

}  // namespace

void add_graph(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    CLI::App* command = program.add_subcommand("graph", "Writes a graph in the dot language, for Graphviz to draw");
    options->add_graph(*command);
    command->callback([&action, options] { action = [options] { return graph(*options); }; });
}

}  // namespace anabranch::framework
