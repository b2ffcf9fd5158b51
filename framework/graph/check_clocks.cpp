#include <anabranch/error.h>
#include <framework/graph/checks.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

class ClockCheck {
  public:
    ClockCheck(DraftGraph& graph, Diagnostics& diagnostics) : graph_(graph), diagnostics_(diagnostics) {}

    void check() {
        for (const std::size_t i : graph_.node_order) {
            DraftNode& node = graph_.nodes[i];
            node.clock = of_inputs(node);
            if (node.type == nullptr || !node.trusted) continue;
            const bool source = node.spec.inputs.empty() && node.spec.any_inputs.empty();
            if (source) {
                node.clock = node.out_clock = start(i);
            } else {
                node.out_clock = node.spec.regroups_rows ? start(i) : node.clock;
            }
        }
        for (const auto& edge : graph_.feedback) feedback(edge);
        graph_.clocks = starts_.size();
    }

  private:
    std::size_t start(std::size_t node) {
        starts_.push_back(node);
        return starts_.size() - 1;
    }

    /// A side input, or a name that no input has and that may have meant one.
    static bool may_be_side(const DraftNode& node, const DraftInput& input) {
        const Spec& spec = node.spec;
        if (input.side || spec.side_inputs.empty() || !spec.any_inputs.empty()) return input.side;
        return std::ranges::find(spec.inputs, input.port, &Port::name) == spec.inputs.end();
    }

    std::size_t of_inputs(const DraftNode& node) {
        const DraftInput* first = nullptr;
        for (const auto& input : node.inputs) {
            if (input.node == unresolved || may_be_side(node, input)) continue;
            const std::size_t clock = graph_.nodes[input.node].out_clock;
            if (clock == unresolved) continue;
            if (first == nullptr) {
                first = &input;
            } else if (graph_.nodes[first->node].out_clock != clock) {
                report(node, *first, input);
            }
        }
        return first == nullptr ? unresolved : graph_.nodes[first->node].out_clock;
    }

    void report(const DraftNode& node, const DraftInput& first, const DraftInput& other) {
        auto& report = diagnostics_.report(Code::two_clocks, other.from.location,
                                           cat("node '", node.name, "' joins two clocks: '", first.from.name, "' and '",
                                               other.from.name, "' do not give packets in step"));
        for (const DraftInput* input : {&first, &other})
            tell_start(report, graph_.nodes[input->node].out_clock, input->from.name);
        report.help("take both from one source, with the same regrouping nodes on the way");
    }

    void tell_start(Diagnostic& report, std::size_t clock, const std::string& follower) {
        const DraftNode& start = graph_.nodes[starts_[clock]];
        const std::string who = follower == start.name ? "" : cat("'", follower, "' follows the clock of ");
        const std::string why =
            start.clock == start.out_clock ? "a source" : "which gives more or fewer packets than it takes";
        report.note(start.location, cat(who, "'", start.name, "', ", why));
    }

    void feedback(const DraftFeedback& edge) {
        if (edge.from_node == unresolved || edge.to_node == unresolved) return;
        const DraftNode& from = graph_.nodes[edge.from_node];
        const DraftNode& to = graph_.nodes[edge.to_node];
        if (from.out_clock == unresolved || to.clock == unresolved || from.out_clock == to.clock) return;
        auto& report = diagnostics_.report(Code::feedback_across_clocks, edge.location,
                                           cat("this feedback edge joins two clocks: credits count packets, and '",
                                               from.name, "' and '", to.name, "' do not count the same ones"));
        tell_start(report, from.out_clock, from.name);
        tell_start(report, to.clock, to.name);
    }

    DraftGraph& graph_;
    Diagnostics& diagnostics_;
    std::vector<std::size_t> starts_;
};

}  // namespace

void check_clocks(DraftGraph& graph, Diagnostics& diagnostics) {
    ClockCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
