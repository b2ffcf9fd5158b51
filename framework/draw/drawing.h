#pragma once

#include <framework/graph/plan.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace anabranch::framework {

/// What every picture of a graph shows, before anything is placed.
struct Drawing {
    struct Port {
        std::string name;
        std::vector<std::string> columns;  ///< "response: str[B]"; "*": those of the first input too
    };
    struct Node {
        std::string name;
        std::string type;
        std::vector<Port> inputs;
        std::vector<Port> outputs;
        std::vector<std::string> uses;  ///< "reads policy.base"
        std::size_t clock = 0;          ///< of its outputs
        bool regroups = false;
    };
    struct Edge {
        enum class Kind : std::uint8_t { data, side, feedback };
        Kind kind = Kind::data;
        std::size_t from = 0;  ///< nodes
        std::size_t to = 0;
        std::string from_port;
        std::string to_port;
        std::vector<std::string> columns;  ///< that the output gives
        std::uint64_t credits = 0;         ///< of feedback
    };
    /// A node or resource that uses a resource.
    struct Use {
        std::size_t resource = 0;
        std::size_t user = 0;
        bool by_node = true;
        bool writes = false;
        std::string label;  ///< "policy", "reference (base)"
    };
    struct Resource {
        std::string name;
        std::string type;
    };
    std::string name;
    std::vector<Node> nodes;  ///< each after those that it takes from
    std::vector<Resource> resources;
    std::vector<Edge> edges;
    std::vector<Use> uses;
    std::vector<std::string> clocks;  ///< the node that starts each
};

[[nodiscard]] Drawing drawing_of(const Plan& plan);

/// For Graphviz.
[[nodiscard]] std::string dot_text(const Drawing& drawing);
/// For Markdown pages that draw Mermaid.
[[nodiscard]] std::string mermaid_text(const Drawing& drawing);
/// A picture that needs no other program, in light or dark as the viewer is.
[[nodiscard]] std::string svg_text(const Drawing& drawing);

}  // namespace anabranch::framework
