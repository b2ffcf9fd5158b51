#pragma once

#include <framework/graph/check.h>

#include <filesystem>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Graphs that run one after the other.
struct Chain {
    struct Stage {
        std::filesystem::path file;
        std::string name;                 ///< of the graph, distinct in a chain
        std::filesystem::path directory;  ///< where its run is kept; of a graph on its own: `out`
        CheckResult result;
    };
    std::vector<Stage> stages;
    Diagnostics diagnostics;  ///< about the command line and the chain as a whole

    [[nodiscard]] bool has_errors() const;
    /// All that was found, as a person reads it.
    [[nodiscard]] std::string text(bool colour = false) const;
};

struct ChainOptions {
    std::vector<std::filesystem::path> files;
    std::vector<Override> overrides{};  ///< in a chain each begins with the name of its graph: "ppo.steps"
    std::filesystem::path out{};        ///< each graph of a chain gets a folder of its name in it
    Made made{};                        ///< what ran before
};

/// Checks all graphs, each with what those before it will have made.
[[nodiscard]] Chain check_chain(const Host& host, const ChainOptions& options);

}  // namespace anabranch::framework
