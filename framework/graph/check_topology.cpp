#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/graph/ordering.h>

#include <algorithm>
#include <set>
#include <utility>

namespace anabranch::framework {
namespace {

using OutputName = std::pair<std::size_t, std::string>;

class TopologyCheck {
  public:
    TopologyCheck(DraftGraph& graph, Diagnostics& diagnostics) : graph_(graph), diagnostics_(diagnostics) {}

    void check() {
        sources();
        if (order()) idle_feedback();
        outputs();
    }

  private:
    void sources() {
        const auto& nodes = graph_.nodes;
        if (nodes.empty()) return;
        const bool possible = std::ranges::any_of(nodes, [](const DraftNode& node) {
            return node.type == nullptr || !node.trusted || (node.spec.inputs.empty() && node.spec.any_inputs.empty());
        });
        if (!possible) {
            diagnostics_
                .report(Code::no_source, graph_.nodes_location,
                        "no node is a source: every one waits for a packet of another")
                .help("add a node that takes no input, such as one that reads a file");
        }
    }

    bool order() {
        std::vector<std::vector<std::size_t>> dependencies(graph_.nodes.size());
        for (std::size_t i = 0; i < dependencies.size(); ++i) {
            for (const auto& input : graph_.nodes[i].inputs) {
                if (input.node != unresolved) dependencies[i].push_back(input.node);
            }
        }
        Ordering ordering = order_by_dependencies(dependencies);
        for (auto& cycle : ordering.cycles) report_cycle(cycle);
        if (!ordering.cycles.empty()) return false;
        graph_.node_order = std::move(ordering.order);
        return true;
    }

    /// `cycle` goes against the packets; people read along with them.
    void report_cycle(std::vector<std::size_t> cycle) {
        std::ranges::reverse(cycle);
        std::ranges::rotate(cycle, std::ranges::min_element(cycle));
        const auto& nodes = graph_.nodes;
        std::string path = nodes[cycle.front()].name;
        for (std::size_t i = 1; i <= cycle.size(); ++i) path += " -> " + nodes[cycle[i % cycle.size()]].name;
        const auto input = [&](std::size_t position) -> const DraftInput& {
            const std::size_t from = cycle[(position + cycle.size() - 1) % cycle.size()];
            const auto& inputs = nodes[cycle[position]].inputs;
            const auto joined =
                std::ranges::find_if(inputs, [from](const DraftInput& one) { return one.node == from && !one.side; });
            return joined != inputs.end() ? *joined : *std::ranges::find(inputs, from, &DraftInput::node);
        };
        std::size_t first = 0;  // where to say it: at a side input, which cannot be mended by feedback
        for (std::size_t i = cycle.size(); i-- > 0;) first = input(i).side ? i : first;
        const bool side = input(first).side;
        auto& report =
            side ? diagnostics_.report(
                       Code::side_input_cycle, input(first).from.location,
                       cat("side input '", input(first).port, "' of '", nodes[cycle[first]].name,
                           "' waits for all of a stream that waits for '", nodes[cycle[first]].name, "': ", path))
                 : diagnostics_.report(Code::cycle, input(first).from.location,
                                       "packets go in a circle, and none could be the first: " + path);
        for (std::size_t i = 0; i < cycle.size(); ++i) {
            if (i == first) continue;
            const std::size_t from = cycle[(i + cycle.size() - 1) % cycle.size()];
            report.note(input(i).from.location, cat("'", nodes[cycle[i]].name, "' waits for '", nodes[from].name, "'"));
        }
        report.help(side ? "take the side input from a source of its own"
                         : "close the circle under 'feedback' instead, with credits");
    }

    void idle_feedback() {
        for (const auto& edge : graph_.feedback) {
            if (edge.from_node == unresolved || edge.to_node == unresolved) continue;
            if (!downstream(edge.from_node, edge.to_node)) continue;
            const std::string& from = graph_.nodes[edge.from_node].name;
            const std::string& to = graph_.nodes[edge.to_node].name;
            const std::string why = from == to ? "' takes its packets in order" : cat("' waits for '", from, "'");
            diagnostics_
                .report(Code::idle_feedback, edge.location,
                        cat("this feedback edge changes nothing: '", to, why, " in any case"))
                .help("an edge goes from a later node back to an earlier one; are 'from' and 'to' swapped?");
        }
    }

    [[nodiscard]] bool downstream(std::size_t of, std::size_t node) const {
        std::vector<bool> reached(graph_.nodes.size(), false);
        reached[of] = true;
        for (const std::size_t i : graph_.node_order) {
            for (const auto& input : graph_.nodes[i].inputs) {
                if (input.node != unresolved && reached[input.node]) reached[i] = true;
            }
        }
        return reached[node];
    }

    void outputs() {
        for (const auto& node : graph_.nodes) {
            if (!node.inputs_readable) return;  // it may use anything
            for (const auto& input : node.inputs) use(input.from, input.node, input.output);
        }
        for (const auto& edge : graph_.feedback) use(edge.from, edge.from_node, edge.output);
        std::map<OutputName, Location> discarded;
        for (const auto& discard : graph_.discards) {
            if (discard.node == unresolved || discard.port.empty()) {
                use(discard.output, discard.node, discard.port);
            } else if (used_.contains({discard.node, discard.port})) {
                diagnostics_
                    .report(Code::discarded_and_used, discard.output.location,
                            cat("output '", graph_.nodes[discard.node].name, ".", discard.port,
                                "' is discarded here, yet it is used"))
                    .note(used_place_.at({discard.node, discard.port}), "used here");
            } else if (const auto [first, added] =
                           discarded.emplace(OutputName{discard.node, discard.port}, discard.output.location);
                       !added) {
                diagnostics_
                    .report(Code::discarded_and_used, discard.output.location,
                            cat("output '", graph_.nodes[discard.node].name, ".", discard.port, "' is discarded twice"))
                    .note(first->second, "first here");
            }
        }
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) unused(i, discarded);
    }

    void use(const Reference& reference, std::size_t node, const std::string& output) {
        if (node == unresolved) {  // whatever was meant is used
            const auto names = names_of(graph_.nodes);
            const auto meant = did_you_mean(reference.name, names);
            if (meant) guessed_.insert(static_cast<std::size_t>(std::ranges::find(names, *meant) - names.begin()));
        } else if (output.empty()) {
            guessed_.insert(node);
        } else if (used_.emplace(node, output).second) {
            used_place_.emplace(OutputName{node, output}, reference.location);
        }
    }

    void unused(std::size_t index, const std::map<OutputName, Location>& discarded) {
        const DraftNode& node = graph_.nodes[index];
        if (node.type == nullptr || !node.trusted || guessed_.contains(index) || !is_name(node.name)) return;
        for (const auto& port : node.spec.outputs) {
            const OutputName output{index, port.name};
            if (used_.contains(output) || discarded.contains(output)) continue;
            const std::string name = node.name + "." + port.name;
            diagnostics_.report(Code::unused_output, node.location, cat("output '", name, "' is not used"))
                .help(cat("take it as the input of a node, or say that it is not wanted: discard: [", name, "]"));
        }
    }

    DraftGraph& graph_;
    Diagnostics& diagnostics_;
    std::set<OutputName> used_;
    std::map<OutputName, Location> used_place_;
    std::set<std::size_t> guessed_;
};

}  // namespace

void check_topology(DraftGraph& graph, Diagnostics& diagnostics) {
    TopologyCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
