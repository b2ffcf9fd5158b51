#include <anabranch/error.h>
#include <framework/engine/recorded_source.h>
#include <framework/engine/replay.h>
#include <framework/graph/names.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace anabranch::framework {
namespace {

constexpr std::size_t left_out = static_cast<std::size_t>(-1);

class Cutting {
  public:
    Cutting(const Plan& plan, const ReplayRequest& request, const Recordings& recordings)
        : plan_(plan),
          request_(request),
          recordings_(recordings),
          places_(plan.nodes.size(), left_out),
          resources_(plan.resources.size(), left_out) {
        const std::size_t first = find_node(plan, request.node);
        if (plan.nodes[first].inputs.empty() && plan.nodes[first].side_inputs.empty()) {
            throw Error(cat("node '", request.node, "' takes no packets, so nothing of it can be replayed; ",
                            "`anabranch run` runs it"));
        }
        chosen_.assign(plan.nodes.size(), false);
        chosen_[first] = true;
        for (std::size_t n = 0; n < plan.nodes.size() && request.downstream; ++n) {
            for_inputs(plan.nodes[n], [&](const PlanInput& input) { chosen_[n] = chosen_[n] || chosen_[input.node]; });
        }
    }

    Replay cut() {
        require_versions();
        Plan& plan = replay_.plan;
        plan.name = plan_.name + "-replay";
        plan.seed = plan_.seed;
        plan.steps = request_.steps;
        plan.headline = plan_.headline;
        plan.clocks = plan_.clocks;
        plan.resolved = plan_.resolved;
        add_sources();
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            if (!chosen_[n]) continue;
            places_[n] = plan.nodes.size();
            plan.nodes.push_back(plan_.nodes[n]);
        }
        add_resources();
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            if (chosen_[n]) connect(plan.nodes[places_[n]]);
        }
        for (const auto& edge : plan_.feedback) add_feedback(edge);
        return std::move(replay_);
    }

  private:
    using Stream = std::pair<std::size_t, std::string>;  // node, output

    template <typename Body>
    static void for_inputs(const PlanNode& node, Body body) {
        for (const auto& input : node.inputs) body(input);
        for (const auto& input : node.side_inputs) body(input);
    }

    /// What a node reads must have been written by a node that is replayed too: other versions are not recorded.
    void require_versions() const {
        std::map<std::size_t, std::size_t> writers;
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            for (const auto& use : plan_.nodes[n].uses) {
                if (use.access == Access::write) writers[use.resource] = n;
            }
        }
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            for (const auto& use : plan_.nodes[n].uses) {
                const auto writer = writers.find(use.resource);
                if (!chosen_[n] || !use.lag || writer == writers.end() || chosen_[writer->second]) continue;
                if (request_.steps && *request_.steps <= *use.lag) continue;  // the first version is enough
                const std::string both =
                    request_.downstream ? "a node before both of them" : cat("--from-node ", plan_.nodes[n].name);
                throw Error(
                    cat("node '", plan_.nodes[n].name, "' reads resource '", plan_.resources[use.resource].name,
                        "', which '", plan_.nodes[writer->second].name,
                        "' writes, and that node is left out of the replay, so that the versions are not ",
                        "known; replay it too (", both, ")",
                        *use.lag > 0 ? cat(", or only the calls that see the first version: --steps ", *use.lag) : ""));
            }
        }
    }

    void add_sources() {
        std::set<Stream> wanted;
        std::string missing;
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            if (!chosen_[n]) continue;
            for_inputs(plan_.nodes[n], [&](const PlanInput& input) {
                if (chosen_[input.node]) return;
                const Stream stream{input.node, input.output};
                if (recordings_.find(name_of(stream)) == nullptr)
                    missing += cat("\n  ", name_of(stream), ", which goes to ", plan_.nodes[n].name, ".", input.port);
                wanted.insert(stream);
            });
        }
        if (!missing.empty()) {
            throw Error(cat("these packets are needed and not recorded:", missing,
                            "\nrecorded: ", enumerate(recordings_.streams()),
                            "\nrecord them: anabranch run GRAPH --record ", request_.node));
        }
        for (const auto& stream : wanted) add_source(stream, wanted);
    }

    [[nodiscard]] std::string name_of(const Stream& stream) const {
        return cat(plan_.nodes[stream.first].name, ".", stream.second);
    }

    void add_source(const Stream& stream, const std::set<Stream>& wanted) {
        const PlanNode& giver = plan_.nodes[stream.first];
        const auto siblings =
            std::ranges::count_if(wanted, [&](const auto& other) { return other.first == stream.first; });
        replay_.types.push_back(recorded_source(giver.spec.outputs[output_index(giver, stream.second)],
                                                *recordings_.find(name_of(stream))));
        sources_.emplace(stream, replay_.plan.nodes.size());
        replay_.plan.nodes.push_back({.name = siblings > 1 ? name_of(stream) : giver.name,
                                      .type = replay_.types.back().get(),
                                      .plugin = {},
                                      .spec = replay_.types.back()->spec,
                                      .parameters = {},
                                      .inputs = {},
                                      .uses = {},
                                      .clock = giver.out_clock,
                                      .out_clock = giver.out_clock,
                                      .location = giver.location});
    }

    void connect(PlanNode& node) const {
        for (auto* inputs : {&node.inputs, &node.side_inputs}) {
            for (auto& input : *inputs) {
                input.node = chosen_[input.node] ? places_[input.node] : sources_.at({input.node, input.output});
            }
        }
        for (auto& use : node.uses) use.resource = resources_[use.resource];
    }

    /// Those that chosen nodes use, and those that these are made from, which stand before them.
    void add_resources() {
        std::vector<bool> used(plan_.resources.size(), false);
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            for (const auto& use : plan_.nodes[n].uses) used[use.resource] = used[use.resource] || chosen_[n];
        }
        for (std::size_t r = used.size(); r-- > 0;) {
            for (const auto& use : plan_.resources[r].uses) used[use.resource] = used[use.resource] || used[r];
        }
        for (std::size_t r = 0; r < used.size(); ++r) {
            if (!used[r]) continue;
            resources_[r] = replay_.plan.resources.size();
            replay_.plan.resources.push_back(plan_.resources[r]);
            for (auto& use : replay_.plan.resources.back().uses) use.resource = resources_[use.resource];
        }
    }

    /// A loop that ran through nodes that are left out keeps its credits: the recorded packets wait in their place.
    void add_feedback(const PlanFeedback& edge) {
        if (!chosen_[edge.from]) return;
        PlanFeedback kept = edge;
        kept.from = places_[edge.from];
        if (chosen_[edge.to]) {
            kept.to = places_[edge.to];
            replay_.plan.feedback.push_back(kept);
            return;
        }
        std::vector<bool> reached(plan_.nodes.size(), false);
        reached[edge.to] = true;
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            for (const auto& input : plan_.nodes[n].inputs) reached[n] = reached[n] || reached[input.node];
        }
        for (const auto& [stream, place] : sources_) {
            if (!reached[stream.first] || plan_.nodes[stream.first].out_clock != plan_.nodes[edge.to].out_clock)
                continue;
            kept.to = place;
            replay_.plan.feedback.push_back(kept);
        }
    }

    const Plan& plan_;
    const ReplayRequest& request_;
    const Recordings& recordings_;
    std::vector<bool> chosen_{};
    std::vector<std::size_t> places_;     ///< of chosen nodes in the new plan
    std::vector<std::size_t> resources_;  ///< of used resources in the new plan
    std::map<Stream, std::size_t> sources_{};
    Replay replay_{};
};

}  // namespace

Replay make_replay(const Plan& plan, const ReplayRequest& request, const Recordings& recordings) {
    return Cutting(plan, request, recordings).cut();
}

}  // namespace anabranch::framework
