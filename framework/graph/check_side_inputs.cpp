#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/ordering.h>

#include <algorithm>
#include <set>
#include <vector>

namespace anabranch::framework {
namespace {

/// A source and all that is made of its packets stand or go on together: it gives a packet only when earlier ones have
/// come through. So the wait of a side input is one of its node's source for another source.
class SideInputCheck {
  public:
    SideInputCheck(const DraftGraph& graph, Diagnostics& diagnostics)
        : graph_(graph), diagnostics_(diagnostics), sources_(graph.nodes.size(), unresolved) {}

    void check() {
        for (const std::size_t i : graph_.node_order) sources_[i] = source_of(i);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            for (const auto& input : graph_.nodes[i].inputs) {
                if (input.side && input.node != unresolved) take(i, input);
            }
        }
        circles();
        endless_runs();
    }

  private:
    struct Wait {
        std::size_t source;
        std::size_t node;
        const DraftInput* input;
    };

    [[nodiscard]] std::size_t source_of(std::size_t index) const {
        const DraftNode& node = graph_.nodes[index];
        if (node.type == nullptr || !node.trusted) return unresolved;
        if (node.spec.inputs.empty() && node.spec.any_inputs.empty()) return index;
        for (const auto& input : node.inputs) {  // of several sources the check of the clocks has told
            if (!input.side && input.node != unresolved) return sources_[input.node];
        }
        return unresolved;
    }

    void take(std::size_t index, const DraftInput& input) {
        const std::size_t source = sources_[input.node];
        if (source == unresolved) return;
        const DraftNode& node = graph_.nodes[index];
        if (graph_.nodes[source].spec.endless) {
            told_.insert(source);
            diagnostics_
                .report(Code::endless_side_stream, input.from.location,
                        cat("side input '", input.port, "' of '", node.name, "' takes a whole stream, and that of '",
                            graph_.nodes[source].name, "' has no end"))
                .note(graph_.nodes[source].location, "this source never ends");
        }
        if (sources_[index] == source) {
            diagnostics_
                .report(Code::side_stream_waits, input.from.location,
                        cat("side input '", input.port, "' of '", node.name, "' waits for the end of '",
                            graph_.nodes[source].name, "', whose packets wait for '", node.name, "'"))
                .note(graph_.nodes[source].location, "this source feeds both")
                .help("take the side input from a source of its own");
        } else if (sources_[index] != unresolved) {
            waits_.push_back({source, index, &input});
        }
    }

    void endless_runs() {
        for (std::size_t i = 0; i < graph_.nodes.size() && !graph_.says_steps; ++i) {
            const DraftNode& node = graph_.nodes[i];
            if (node.type == nullptr || !node.spec.endless || told_.contains(i)) continue;
            diagnostics_
                .report(Code::endless_run, node.location,
                        cat("source '", node.name, "' never ends, and the graph has no 'steps' to end the run"))
                .help("give the graph `steps: N`, or let the source end");
        }
    }

    void circles() {
        std::vector<std::vector<std::size_t>> dependencies(graph_.nodes.size());
        for (const auto& wait : waits_) dependencies[sources_[wait.node]].push_back(wait.source);
        for (const auto& circle : order_by_dependencies(dependencies).cycles) {
            const Wait& first = wait_between(circle, 0);
            auto& report = diagnostics_.report(Code::side_stream_waits, first.input->from.location,
                                               "side streams wait for each other's end: " + text(first));
            for (std::size_t i = 1; i < circle.size(); ++i) {
                const Wait& wait = wait_between(circle, i);
                report.note(wait.input->from.location, text(wait));
            }
        }
    }

    /// Why the source at `position` of a circle waits for the next one.
    [[nodiscard]] const Wait& wait_between(const std::vector<std::size_t>& circle, std::size_t position) const {
        const std::size_t next = circle[(position + 1) % circle.size()];
        return *std::ranges::find_if(
            waits_, [&](const Wait& wait) { return sources_[wait.node] == circle[position] && wait.source == next; });
    }

    [[nodiscard]] std::string text(const Wait& wait) const {
        const DraftNode& node = graph_.nodes[wait.node];
        return cat("side input '", wait.input->port, "' of '", node.name, "' makes '",
                   graph_.nodes[sources_[wait.node]].name, "' wait for the end of '", graph_.nodes[wait.source].name,
                   "'");
    }

    const DraftGraph& graph_;
    Diagnostics& diagnostics_;
    std::vector<std::size_t> sources_;  ///< by node: the source that its packets come from
    std::vector<Wait> waits_;
    std::set<std::size_t> told_;  ///< endless sources that side inputs wait for
};

}  // namespace

void check_side_inputs(const DraftGraph& graph, Diagnostics& diagnostics) {
    SideInputCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
