#include <framework/graph/checks.h>

namespace anabranch::framework {
namespace {

/// Where each old index stands in the new order.
std::vector<std::size_t> inverse(const std::vector<std::size_t>& order) {
    std::vector<std::size_t> places(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
    return places;
}

PlanResource plan_resource(const DraftResource& draft, const std::vector<std::size_t>& places) {
    PlanResource resource{draft.name, draft.type, draft.plugin, draft.spec, draft.parameters, {}, draft.location};
    for (const auto& use : draft.uses) resource.uses.push_back({use.use.name, places[use.resource], use.from.part});
    return resource;
}

PlanNode plan_node(const DraftNode& draft, const std::vector<std::size_t>& places,
                   const std::vector<std::size_t>& resource_places) {
    PlanNode node{.name = draft.name,
                  .type = draft.type,
                  .plugin = draft.plugin,
                  .spec = draft.spec,
                  .parameters = draft.parameters,
                  .inputs = {},
                  .uses = {},
                  .clock = draft.clock,
                  .out_clock = draft.out_clock,
                  .location = draft.location};
    for (const auto& input : draft.inputs) {
        auto& inputs = input.side ? node.side_inputs : node.inputs;
        inputs.push_back({input.port, places[input.node], input.output, input.from.location});
    }
    for (const auto& use : draft.uses) {
        node.uses.push_back({use.use.name, resource_places[use.resource], use.from.part, use.use.access, use.lag,
                             use.snapshot, use.from.location});
    }
    return node;
}

}  // namespace

std::vector<bool> nodes_of_side_streams(const Plan& plan) {
    std::vector<bool> taken(plan.nodes.size(), false);  // a side input takes what is made of this node's packets
    for (std::size_t n = plan.nodes.size(); n-- > 0;) {
        for (const auto& input : plan.nodes[n].side_inputs) taken[input.node] = true;
        for (const auto& input : plan.nodes[n].inputs) taken[input.node] = taken[input.node] || taken[n];
    }
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {  // and all else that is made of the same source's packets
        for (const auto& input : plan.nodes[n].inputs) taken[n] = taken[n] || taken[input.node];
    }
    return taken;
}

Plan make_plan(const DraftGraph& graph) {
    Plan plan;
    plan.name = graph.name;
    plan.seed = graph.seed;
    plan.steps = graph.steps;
    plan.save = graph.save;
    plan.headline = graph.headline;
    plan.clocks = graph.clocks;
    const auto places = inverse(graph.node_order);
    const auto resource_places = inverse(graph.resource_order);
    for (const std::size_t i : graph.resource_order)
        plan.resources.push_back(plan_resource(graph.resources[i], resource_places));
    for (const std::size_t i : graph.node_order)
        plan.nodes.push_back(plan_node(graph.nodes[i], places, resource_places));
    for (const auto& edge : graph.feedback) {
        plan.feedback.push_back({places[edge.from_node], edge.output, places[edge.to_node],
                                 static_cast<std::uint64_t>(edge.credits), edge.location});
    }
    plan.resolved = resolved_text(graph);
    return plan;
}

}  // namespace anabranch::framework
