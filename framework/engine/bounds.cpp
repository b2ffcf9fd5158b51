#include <framework/engine/bounds.h>

#include <algorithm>
#include <vector>

namespace anabranch::framework {
namespace {

/// Whether call i of `end` comes after call i of `start`: over inputs, and beyond no node that regroups.
bool follows(const Plan& plan, std::size_t start, std::size_t end) {
    std::vector<bool> reached(plan.nodes.size(), false);
    reached[start] = true;
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        for (const auto& input : plan.nodes[n].inputs) {
            const PlanNode& giver = plan.nodes[input.node];
            reached[n] = reached[n] || (reached[input.node] && giver.clock == giver.out_clock);
        }
    }
    return reached[end];
}

}  // namespace

std::uint64_t most_waiting(const Plan& plan, const Wiring& wiring, std::size_t node, const Slot& slot) {
    const bool of_source = std::ranges::any_of(plan.nodes, [&](const PlanNode& source) {
        return source.inputs.empty() && source.out_clock == plan.nodes[node].clock;
    });
    if (!of_source) return 0;
    std::uint64_t most = wiring.window;
    for (const auto& edge : plan.feedback) {
        // Packet i came out of `to` after packet i - credits had gone through this node and come out of `from`.
        if (follows(plan, edge.to, slot.from) && follows(plan, node, edge.from)) most = std::min(most, edge.credits);
    }
    return most;
}

}  // namespace anabranch::framework
