#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/tree.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace anabranch::framework {

/// Graph files are written by hand: whatever is larger is a mistake, or meant to exhaust memory.
struct YamlLimits {
    std::size_t bytes = std::size_t{1} << 20;
    std::size_t depth = 32;
    std::size_t nodes = 20'000;  ///< aliases count as what they stand for
};

/// Reads a graph file, one byte more than it may have at most: enough to know that it has too many. Returns what is
/// wrong with the file; empty: nothing.
[[nodiscard]] std::string read_graph_file(const std::filesystem::path& file, std::string& text);

/// Reads one YAML document. What is wrong is reported; none: it could not be read to the end.
/// `file` is what locations call it.
[[nodiscard]] std::optional<Tree> read_yaml(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                                            const YamlLimits& limits = {});

}  // namespace anabranch::framework
