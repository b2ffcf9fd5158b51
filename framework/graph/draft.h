#pragma once

#include <framework/graph/plan.h>
#include <framework/graph/tree.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

inline constexpr std::size_t unresolved = static_cast<std::size_t>(-1);

/// `node`, `node.port`, `resource` or `resource.view`, as written.
struct Reference {
    std::string name;
    std::string part;  ///< after the dot; empty without one
    Location location;
    Location part_location;
};

struct DraftInput {
    std::string port;   ///< empty: `in: X`, which names none
    Location location;  ///< of the port's name
    Reference from;
    // Left by the check of the inputs:
    std::size_t node = unresolved;
    std::string output{};  ///< empty: not known
    bool side = false;     ///< of a side input
};

struct DraftUse {
    ResourceUse use;
    Reference from;
    // Left by the check of the resources:
    std::size_t resource = unresolved;
    // Left by the check of the versions:
    std::optional<std::uint64_t> lag{};
    bool snapshot = false;
};

/// What nodes and resources have in common. `Type` and `Spec` are those of the registry.
template <typename Type, typename AnySpec>
struct Draft {
    std::string name;
    Location location;
    std::string type_name{};
    Location type_location{};
    std::vector<const TreeEntry*> settings{};  ///< parameters and resource uses, not told apart yet
    // Left by the check of the types:
    const Type* type = nullptr;
    std::string plugin{};
    AnySpec spec{"", ""};
    bool trusted = false;  ///< the spec is what the node will really do
    Parameters parameters{};
    std::vector<DraftUse> uses{};
};

struct DraftNode : Draft<NodeType, Spec> {
    std::vector<DraftInput> inputs{};
    bool inputs_readable = true;
    // Left by the check of the clocks:
    std::size_t clock = unresolved;
    std::size_t out_clock = unresolved;
};

struct DraftResource : Draft<ResourceType, ResourceSpec> {};

struct DraftFeedback {
    Location location;
    Reference from;
    Reference to;
    std::int64_t credits = 1;
    Location credits_location{};
    std::size_t from_node = unresolved;
    std::string output{};
    std::size_t to_node = unresolved;
};

struct DraftDiscard {
    Reference output;
    std::size_t node = unresolved;
    std::string port{};
};

/// A graph as its author wrote it; the checks fill in what the names mean. Indices that stay `unresolved` have been
/// reported and are passed over by later checks, so that one mistake is told once.
struct DraftGraph {
    std::string name;
    std::uint64_t seed = 0;
    std::optional<std::uint64_t> steps{};
    bool says_steps = false;  ///< perhaps with a number that was refused
    std::vector<std::string> headline{};
    Location location{};
    std::optional<PlanSave> save{};
    Location nodes_location{};
    std::vector<DraftResource> resources{};
    std::vector<DraftNode> nodes{};
    std::vector<DraftFeedback> feedback{};
    bool feedback_readable = true;
    std::vector<DraftDiscard> discards{};
    // Left by the check of the topology: nodes and resources, each after what it depends on. Empty with a cycle.
    std::vector<std::size_t> node_order{};
    std::vector<std::size_t> resource_order{};
    std::size_t clocks = 0;
};

}  // namespace anabranch::framework
