#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// The keys of a graph file, in the order that people write them.
inline constexpr std::array<std::string_view, 11> graph_keys{
    "name", "seed", "steps", "save", "headline", "variables", "include", "resources", "nodes", "feedback", "discard"};

/// Whether `text` may name a node, a resource or an input: letters, digits, '_' and '-', a letter or '_' first.
[[nodiscard]] bool is_name(std::string_view text);

/// The folder of a run of the graph with this name: letters that a folder may have, '_' for others.
[[nodiscard]] std::string folder_name(std::string_view graph_name);

/// The names of a list of things that have one.
template <typename List>
[[nodiscard]] std::vector<std::string> names_of(const List& list) {
    std::vector<std::string> names;
    for (const auto& item : list) names.emplace_back(item.name);
    return names;
}

/// "a, b and c"
[[nodiscard]] std::string enumerate(const std::vector<std::string>& names);

}  // namespace anabranch::framework
