#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/tree.h>

#include <filesystem>
#include <string>

namespace anabranch::framework {

/// Where relative paths of a graph start.
struct Origin {
    std::string file;              ///< the graph file, as locations call it
    std::filesystem::path folder;  ///< its folder

    /// The folder of the file that a place is in; for the command line the current one.
    [[nodiscard]] std::filesystem::path folder_of(const Location& location) const;
};

/// Puts in the values of variables and the files that are included. False: the graph is too large to go on with. What
/// is wrong is reported.
[[nodiscard]] bool expand(Tree& graph, const Origin& origin, Diagnostics& diagnostics);

}  // namespace anabranch::framework
