#pragma once

#include <framework/graph/plan.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

struct TreeEntry;

/// What a YAML file says, and where. Anchors, aliases and merge keys are already resolved.
struct Tree {
    enum class Kind : std::uint8_t { null, scalar, sequence, map };

    Kind kind = Kind::null;
    std::string text{};   ///< of a scalar
    bool quoted = false;  ///< a scalar in quotes is text, whatever it looks like
    Location location{};
    std::string scope{};             ///< of a scalar: what stands before the names of nodes and resources in its file
    std::vector<Tree> items{};       ///< of a sequence
    std::vector<TreeEntry> entries;  ///< of a map, keys distinct, in the order of the file

    [[nodiscard]] const TreeEntry* find(std::string_view key) const;
    [[nodiscard]] TreeEntry* find(std::string_view key);
};

struct TreeEntry {
    std::string key;
    Location location;  ///< of the key
    Tree value;
};

/// Values in the tree, itself and its keys among them, and how deeply they are nested.
[[nodiscard]] std::size_t size_of(const Tree& tree);
[[nodiscard]] std::size_t depth_of(const Tree& tree);

/// For messages: "the text 'abc'", "a list of 3", "nothing".
[[nodiscard]] std::string describe(const Tree& tree);

}  // namespace anabranch::framework
