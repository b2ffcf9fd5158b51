#include <anabranch/error.h>
#include <framework/graph/tree.h>

#include <algorithm>

namespace anabranch::framework {

const TreeEntry* Tree::find(std::string_view key) const {
    const auto found = std::ranges::find(entries, key, &TreeEntry::key);
    return found == entries.end() ? nullptr : &*found;
}

TreeEntry* Tree::find(std::string_view key) {
    const auto found = std::ranges::find(entries, key, &TreeEntry::key);
    return found == entries.end() ? nullptr : &*found;
}

std::size_t size_of(const Tree& tree) {
    std::size_t size = 1;
    for (const auto& item : tree.items) size += size_of(item);
    for (const auto& entry : tree.entries) size += 1 + size_of(entry.value);
    return size;
}

std::size_t depth_of(const Tree& tree) {
    std::size_t depth = 0;
    for (const auto& item : tree.items) depth = std::max(depth, depth_of(item));
    for (const auto& entry : tree.entries) depth = std::max(depth, depth_of(entry.value));
    return depth + 1;
}

std::string describe(const Tree& tree) {
    constexpr std::size_t longest = 60;
    switch (tree.kind) {
        case Tree::Kind::null:
            return "nothing";
        case Tree::Kind::sequence:
            return cat("a list of ", tree.items.size());
        case Tree::Kind::map:
            return tree.entries.empty() ? "an empty map" : cat("a map with the key '", tree.entries.front().key, "'");
        case Tree::Kind::scalar:
            break;
    }
    if (tree.text.size() > longest) return cat("a text of ", tree.text.size(), " bytes");
    return cat(tree.quoted ? "the text '" : "'", tree.text, "'");
}

}  // namespace anabranch::framework
