#pragma once

#include <framework/graph/plan.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// One thing that a node's call for sequence i waits for: what node `from` does for sequence i - offset. With
/// i < offset there is nothing to wait for.
struct Slot {
    enum class Kind : std::uint8_t {
        data,      ///< a packet of output `output`
        side,      ///< every packet of it, until its end, whatever i is
        feedback,  ///< the same, but only that it was given
        version,   ///< the call that writes `resource`; a snapshot of it when `snapshot`
        itself     ///< the node's own previous call: nodes run one call at a time and in order
    };
    Kind kind = Kind::data;
    std::string name;  ///< the port or the use
    std::size_t from = 0;
    std::uint64_t offset = 0;
    std::size_t output = 0;
    std::size_t resource = 0;
    bool snapshot = false;
};

/// A resource that a call holds while it runs, so that a writer is alone.
struct Hold {
    std::size_t resource = 0;
    Access access = Access::read;
};

struct NodeWiring {
    std::vector<Slot> slots;
    std::vector<Hold> holds;             ///< each resource once
    std::vector<std::size_t> consumers;  ///< the nodes with a slot that this one fills, each once
    bool source = false;
    bool limited = false;  ///< a source that gives no more packets than the plan's steps
    bool serial = true;    ///< one call at a time, in order
    bool waits_for_feedback = false;
    bool has_sides = false;
};

/// Who waits for what: the plan as engines need it.
struct Wiring {
    std::vector<NodeWiring> nodes;
    std::vector<std::optional<std::size_t>> writers;  ///< by resource: the node that writes it
    std::vector<bool> snapshots;                      ///< by resource: whether some reader needs copies
    std::uint64_t window = 4;                         ///< packets that a source may have in flight

    /// Throws for a plan that no engine can run: two writers of a resource, a source that regroups.
    explicit Wiring(const Plan& plan);
};

}  // namespace anabranch::framework
