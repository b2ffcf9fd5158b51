#pragma once

#include <framework/graph/plan.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace anabranch::framework {

/// A stream of packets that a run records: what an output gives, or what comes to an input, which is the same of
/// another node's output.
struct RecordedEdge {
    std::string node;  ///< as it was asked for
    std::string port;
    bool input = false;
    std::size_t from = 0;    ///< the node that gives the packets
    std::size_t output = 0;  ///< index in its Spec::outputs
    std::string file;        ///< "update.rollout.packets"
};

/// What `wanted` stand for, each once: NODE is every input, side input and output of a node, NODE.PORT one of them.
/// Throws an Error with what was meant for a name that the plan does not have.
[[nodiscard]] std::vector<RecordedEdge> recorded_edges(const Plan& plan, std::span<const std::string> wanted);

/// "rollout.out"
[[nodiscard]] std::string stream_name(const Plan& plan, std::size_t node, std::size_t output);
/// The output with this name; Spec::outputs has it.
[[nodiscard]] std::size_t output_index(const PlanNode& node, const std::string& output);

/// Throws an Error with what was meant when the plan has no such node.
[[nodiscard]] std::size_t find_node(const Plan& plan, const std::string& name);

}  // namespace anabranch::framework
