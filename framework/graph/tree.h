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

/// For messages: "the text 'abc'", "a list of 3", "nothing".
[[nodiscard]] std::string describe(const Tree& tree);

}  // namespace anabranch::framework
