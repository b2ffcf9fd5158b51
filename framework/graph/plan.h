#pragma once

#include <anabranch/registry.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// A place in a graph file, from 1.
struct Location {
    std::string file;
    int line = 0;
    int column = 0;
    std::size_t context =
        0;  ///< what brought the text there, from 1: an include, a variable (Diagnostics::add_context)
};

/// A resource as the checker left it: every index below is valid, every parameter checked.
struct PlanResource {
    std::string name;
    const ResourceType* type = nullptr;  ///< owned by the host's registry, which outlives the plan
    std::string plugin;
    ResourceSpec spec;  ///< refined by the parameters
    Parameters parameters;
    /// Other resources that it is made from; they stand before it in Plan::resources.
    struct Use {
        std::string use;
        std::size_t resource = 0;
        std::string view;
    };
    std::vector<Use> uses;
    Location location;
};

struct PlanInput {
    std::string port;
    std::size_t node = 0;  ///< the node that gives it
    std::string output;    ///< on this port
    Location location;
};

/// A resource that a node uses, and which version of it.
struct PlanUse {
    std::string use;
    std::size_t resource = 0;
    std::string view;  ///< empty: the resource itself
    Access access = Access::read;
    /// Of a read of a resource that a node writes (and not through a constant view): the call for sequence i sees the
    /// version written by the writer's call i - lag, or the first version when i < lag. 0: the reader stands downstream
    /// of the writer. Otherwise the credits of the feedback edge that closes their loop.
    std::optional<std::uint64_t> lag;
    /// The version must be a copy, because the writer may run on while this reader works.
    bool snapshot = false;
    Location location;
};

struct PlanNode {
    std::string name;
    const NodeType* type = nullptr;
    std::string plugin;
    Spec spec;  ///< refined by the parameters
    Parameters parameters;
    std::vector<PlanInput> inputs;
    std::vector<PlanUse> uses;
    std::vector<PlanInput> side_inputs{};  ///< whole streams, which other sources begin
    std::size_t clock = 0;                 ///< of its inputs; of its outputs for a source
    std::size_t out_clock = 0;             ///< differs from `clock` for a node that regroups
    Location location;
};

/// The call of `to` for sequence i waits until `from` has given sequence i - credits.
struct PlanFeedback {
    std::size_t from = 0;
    std::string output;
    std::size_t to = 0;
    std::uint64_t credits = 1;
    Location location;
};

/// Saving during a run: the written resources after every n-th step.
struct PlanSave {
    std::uint64_t every = 1;
    std::uint64_t keep = 2;  ///< the last ones; earlier ones are removed
    struct Best {
        std::string metric;  ///< of the saved step
        bool lowest = true;  ///< what is best: the lowest or the highest
    };
    std::optional<Best> best{};  ///< kept too
    Location location{};
};

/// A graph that passed every check: what engines run. Nodes are in topological order of their inputs and side inputs.
struct Plan {
    std::string name;
    std::uint64_t seed = 0;
    std::optional<std::uint64_t> steps;  ///< packets that each source gives at most, but for those of side streams
    std::vector<std::string> headline;   ///< metrics that tell how the run went; empty: the usual ones
    std::optional<PlanSave> save{};
    std::vector<PlanResource> resources;
    std::vector<PlanNode> nodes;
    std::vector<PlanFeedback> feedback;
    std::size_t clocks = 0;
    std::string resolved;  ///< the graph as YAML text with --set and defaults applied: what --out keeps
};

/// By node: whether its source begins a stream that a side input takes. Such a source gives all that it has.
[[nodiscard]] std::vector<bool> nodes_of_side_streams(const Plan& plan);

}  // namespace anabranch::framework
