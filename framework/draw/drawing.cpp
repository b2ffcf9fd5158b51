#include <anabranch/error.h>
#include <framework/draw/drawing.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::vector<std::string> columns_of(const PortType& type) {
    std::vector<std::string> columns;
    if (type.passes) columns.emplace_back("*");
    for (const auto& column : type.columns) columns.push_back(column.text());
    return columns;
}

std::vector<Drawing::Port> ports_of(const std::vector<Port>& ports) {
    std::vector<Drawing::Port> out;
    for (const auto& port : ports) out.push_back({port.name, columns_of(port.type)});
    return out;
}

Drawing::Node node_of(const Plan& plan, const PlanNode& node) {
    Drawing::Node out{node.name,      node.spec.name,         {}, ports_of(node.spec.outputs), {},
                      node.out_clock, node.spec.regroups_rows};
    const auto add = [&](const std::vector<PlanInput>& inputs, const std::vector<Port>& ports) {
        for (const auto& input : inputs) {
            const auto port = std::ranges::find(ports, input.port, &Port::name);
            const Port* type = port != ports.end()            ? &*port
                               : node.spec.any_inputs.empty() ? nullptr
                                                              : &node.spec.any_inputs.front();
            out.inputs.push_back({input.port, type == nullptr ? std::vector<std::string>{} : columns_of(type->type)});
        }
    };
    add(node.inputs, node.spec.inputs);
    add(node.side_inputs, node.spec.side_inputs);
    for (const auto& use : node.uses) {
        const std::string& resource = plan.resources[use.resource].name;
        out.uses.push_back(
            cat(use.access == Access::write ? "writes " : "reads ", resource, use.view.empty() ? "" : "." + use.view));
    }
    return out;
}

std::string use_label(const std::string& use, const std::string& view) {
    return view.empty() ? use : cat(use, " (", view, ")");
}

}  // namespace

Drawing drawing_of(const Plan& plan) {
    Drawing drawing;
    drawing.name = plan.name;
    drawing.clocks.resize(plan.clocks);
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        const PlanNode& node = plan.nodes[n];
        drawing.nodes.push_back(node_of(plan, node));
        if (node.inputs.empty()) drawing.clocks.at(node.clock) = node.name;
        if (node.out_clock != node.clock) drawing.clocks.at(node.out_clock) = node.name;
        const auto connect = [&](const PlanInput& input, Drawing::Edge::Kind kind) {
            const Spec& spec = plan.nodes[input.node].spec;
            const auto port = std::ranges::find(spec.outputs, input.output, &Port::name);
            drawing.edges.push_back({kind, input.node, n, input.output, input.port, columns_of(port->type)});
        };
        for (const auto& input : node.inputs) connect(input, Drawing::Edge::Kind::data);
        for (const auto& input : node.side_inputs) connect(input, Drawing::Edge::Kind::side);
        for (const auto& use : node.uses) {
            drawing.uses.push_back({use.resource, n, true, use.access == Access::write, use_label(use.use, use.view)});
        }
    }
    for (const auto& edge : plan.feedback) {
        drawing.edges.push_back({Drawing::Edge::Kind::feedback, edge.from, edge.to, edge.output, "", {}, edge.credits});
    }
    for (std::size_t r = 0; r < plan.resources.size(); ++r) {
        drawing.resources.push_back({plan.resources[r].name, plan.resources[r].spec.name});
        for (const auto& use : plan.resources[r].uses)
            drawing.uses.push_back({use.resource, r, false, false, use_label(use.use, use.view)});
    }
    return drawing;
}

}  // namespace anabranch::framework
