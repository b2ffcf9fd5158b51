#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/tree.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// What locations of overridden values name as their file; the line is the number of the override.
inline constexpr std::string_view override_file = "--set";

/// A value from the command line, as `--set nodes.rollout.max_new_tokens=64`.
struct Override {
    std::string path;      ///< keys with dots between
    std::string value;     ///< YAML
    std::string prefix{};  ///< what stood before the path: "ppo." in a chain
    int number = 0;        ///< which --set of the command line, from 1; 0: its place in the list

    /// Throws an Error when there is no '=' or nothing before it.
    static Override parse(std::string_view text);
};

/// Puts the values into the tree of a graph, in order. Reports those that name a place that does not exist.
void apply_overrides(Tree& graph, std::span<const Override> overrides, Diagnostics& diagnostics);

}  // namespace anabranch::framework
