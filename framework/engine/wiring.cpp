#include <anabranch/error.h>
#include <framework/engine/wiring.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

std::size_t output_index(const PlanNode& node, const std::string& output) {
    const auto found = std::ranges::find(node.spec.outputs, output, &Port::name);
    if (found == node.spec.outputs.end()) throw Error(cat("node '", node.name, "' has no output '", output, "'"));
    return static_cast<std::size_t>(found - node.spec.outputs.begin());
}

std::vector<std::optional<std::size_t>> find_writers(const Plan& plan) {
    std::vector<std::optional<std::size_t>> writers(plan.resources.size());
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        for (const auto& use : plan.nodes[n].uses) {
            if (use.access != Access::write) continue;
            auto& writer = writers[use.resource];
            if (writer && *writer != n) {
                throw Error(cat("resource '", plan.resources[use.resource].name, "' is written by '",
                                plan.nodes[*writer].name, "' and by '", plan.nodes[n].name,
                                "'; one node may write a resource"));
            }
            writer = n;
        }
    }
    return writers;
}

/// The strongest access to each resource that a call of `node` needs to itself or shares with other readers.
std::vector<Hold> find_holds(const PlanNode& node) {
    std::vector<Hold> holds;
    for (const auto& use : node.uses) {
        // What never changes, and copies, need no protection.
        if (use.access == Access::read && (!use.lag || use.snapshot)) continue;
        const auto held = std::ranges::find(holds, use.resource, &Hold::resource);
        if (held == holds.end()) {
            holds.push_back({use.resource, use.access});
        } else if (use.access == Access::write) {
            held->access = Access::write;
        }
    }
    return holds;
}

bool runs_one_call_at_a_time(const PlanNode& node) {
    const bool writes = std::ranges::any_of(node.uses, [](const PlanUse& use) { return use.access == Access::write; });
    return node.inputs.empty() || writes || node.spec.regroups_rows || !node.spec.runs_parallel;
}

}  // namespace

Wiring::Wiring(const Plan& plan)
    : nodes(plan.nodes.size()), writers(find_writers(plan)), snapshots(plan.resources.size(), false) {
    const auto of_side_streams = nodes_of_side_streams(plan);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const PlanNode& node = plan.nodes[n];
        NodeWiring& wiring = nodes[n];
        wiring.source = node.inputs.empty();
        wiring.limited = wiring.source && !of_side_streams[n];
        wiring.holds = find_holds(node);
        if (wiring.source && node.spec.regroups_rows) {
            throw Error(cat("node '", node.name, "' (", node.spec.name, ") has no input and regroups; a source gives ",
                            "one packet a call"));
        }
        for (const auto& input : node.inputs) {
            Slot slot{.kind = Slot::Kind::data, .name = input.port, .from = input.node};
            slot.output = output_index(plan.nodes[input.node], input.output);
            wiring.slots.push_back(std::move(slot));
        }
        wiring.has_sides = !node.side_inputs.empty();
        for (const auto& input : node.side_inputs) {
            Slot slot{.kind = Slot::Kind::side, .name = input.port, .from = input.node};
            slot.output = output_index(plan.nodes[input.node], input.output);
            wiring.slots.push_back(std::move(slot));
        }
        for (const auto& use : node.uses) {
            if (use.access != Access::read || !use.lag || !writers[use.resource]) continue;
            Slot slot{.kind = Slot::Kind::version, .name = use.use, .from = *writers[use.resource], .offset = *use.lag};
            slot.resource = use.resource;
            slot.snapshot = use.snapshot;
            snapshots[use.resource] = snapshots[use.resource] || use.snapshot;
            wiring.slots.push_back(std::move(slot));
        }
        wiring.serial = runs_one_call_at_a_time(node);
        if (wiring.serial) {
            wiring.slots.push_back({.kind = Slot::Kind::itself, .name = {}, .from = n, .offset = 1});
        }
    }
    for (const auto& edge : plan.feedback) {
        Slot slot{.kind = Slot::Kind::feedback, .name = edge.output, .from = edge.from, .offset = edge.credits};
        slot.output = output_index(plan.nodes[edge.from], edge.output);
        nodes[edge.to].slots.push_back(std::move(slot));
        nodes[edge.to].waits_for_feedback = true;
        window = std::max(window, edge.credits + 1);
    }
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        for (const auto& slot : nodes[n].slots) {
            auto& consumers = nodes[slot.from].consumers;
            if (std::ranges::find(consumers, n) == consumers.end()) consumers.push_back(n);
        }
    }
}

}  // namespace anabranch::framework
