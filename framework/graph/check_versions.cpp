#include <anabranch/error.h>
#include <framework/graph/checks.h>

#include <algorithm>
#include <limits>
#include <set>

namespace anabranch::framework {
namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

/// For each node the least `lag` so that its call i starts after call i - lag of `from` ended: 0 along an input, the
/// credits along a feedback edge. The shortest paths by Bellman and Ford: graphs are small, and this is short.
std::vector<std::uint64_t> lags_from(const DraftGraph& graph, std::size_t from) {
    std::vector<std::uint64_t> lag(graph.nodes.size(), never);
    lag[from] = 0;
    bool changed = true;
    const auto relax = [&](std::size_t start, std::size_t end, std::uint64_t credits) {
        // Beyond a node that regroups, sequence numbers mean something else.
        const bool in_step = graph.nodes[start].clock == graph.nodes[start].out_clock;
        if (lag[start] == never || !in_step || lag[start] + credits >= lag[end]) return;
        lag[end] = lag[start] + credits;
        changed = true;
    };
    while (changed) {
        changed = false;
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            for (const auto& input : graph.nodes[i].inputs) {
                if (!input.side) relax(input.node, i, 0);  // of a side stream no packet belongs to a call
            }
        }
        for (const auto& edge : graph.feedback)
            relax(edge.from_node, edge.to_node, static_cast<std::uint64_t>(edge.credits));
    }
    return lag;
}

class VersionCheck {
  public:
    VersionCheck(DraftGraph& graph, Diagnostics& diagnostics) : graph_(graph), diagnostics_(diagnostics) {}

    void check() {
        if (!whole()) return;
        std::set<std::size_t> done;  // of several writers, reported elsewhere, the first counts
        for (std::size_t writer = 0; writer < graph_.nodes.size(); ++writer) {
            for (const auto& written : graph_.nodes[writer].uses) {
                const bool writes = written.use.access == Access::write && written.resource != unresolved;
                if (writes && done.insert(written.resource).second) readers(writer, written);
            }
        }
    }

  private:
    /// Whether every edge is known. With some missing, much would look unordered that is not.
    [[nodiscard]] bool whole() const {
        return graph_.feedback_readable && graph_.node_order.size() == graph_.nodes.size() &&
               std::ranges::all_of(graph_.nodes,
                                   [](const DraftNode& node) {
                                       return node.type != nullptr && node.trusted && node.clock != unresolved &&
                                              std::ranges::find(node.inputs, unresolved, &DraftInput::node) ==
                                                  node.inputs.end();
                                   }) &&
               std::ranges::all_of(graph_.feedback, [](const DraftFeedback& edge) {
                   return edge.from_node != unresolved && edge.to_node != unresolved;
               });
    }

    void readers(std::size_t writer, const DraftUse& written) {
        const auto from_writer = lags_from(graph_, writer);
        for (std::size_t reader = 0; reader < graph_.nodes.size(); ++reader) {
            for (auto& use : graph_.nodes[reader].uses) {
                const bool sees_changes =
                    use.resource == written.resource && use.use.access == Access::read && use.from.part.empty();
                if (sees_changes) read(writer, written, reader, use, from_writer[reader]);
            }
        }
    }

    void read(std::size_t writer, const DraftUse& written, std::size_t reader, DraftUse& use, std::uint64_t lag) {
        const DraftNode& reading = graph_.nodes[reader];
        const DraftNode& writing = graph_.nodes[writer];
        if (reader == writer) {  // before its own write
            use.lag = 1;
            use.snapshot = true;
        } else if (reading.clock != writing.clock) {
            diagnostics_
                .report(Code::read_on_other_clock, use.from.location,
                        cat("node '", reading.name, "' reads resource '", use.from.name, "', which '", writing.name,
                            "' writes on another clock: which version it sees would be chance"))
                .note(written.from.location, "written here");
        } else if (lag == never) {
            diagnostics_
                .report(Code::unordered_read, use.from.location,
                        cat("node '", reading.name, "' reads resource '", use.from.name, "', which '", writing.name,
                            "' writes, and nothing says which comes first"))
                .note(written.from.location, "written here")
                .help(cat("close the loop with a feedback edge, such as {from: ", writing.name, ", to: ", reading.name,
                          ", credits: 1}, or let '", reading.name, "' take something from '", writing.name, "'"));
        } else {
            use.lag = lag;
            // The write after that version is the writer's call i - lag + 1, and starts after the reader's call
            // i - lag + 1 - back: when that is i or later, the two never meet.
            const std::uint64_t back = lags_from(graph_, reader)[writer];
            use.snapshot = back == never || back + lag > 1;
        }
    }

    DraftGraph& graph_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_versions(DraftGraph& graph, Diagnostics& diagnostics) {
    VersionCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
