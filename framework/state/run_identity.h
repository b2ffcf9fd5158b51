#pragma once

#include <anabranch/state.h>
#include <framework/graph/plan.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace anabranch::framework {

/// What a run's bits depend on, so that a run is resumed as it was begun.
struct RunIdentity {
    std::string graph{};                             ///< Plan::resolved; the seed is in it
    int threads = 0;                                 ///< of one node
    std::map<std::string, std::string> files{};      ///< by path: fingerprints of data and models
    std::map<std::string, std::string> libraries{};  ///< by plugin or linked library: fingerprints

    /// `libraries`: the files of plugins; those count of which the plan uses a type. `linked`: those that plugins
    /// share.
    [[nodiscard]] static RunIdentity of(const Plan& plan, int threads,
                                        const std::map<std::string, std::filesystem::path>& libraries,
                                        const std::vector<std::filesystem::path>& linked);

    /// Entries begin with "identity.".
    void save_state(State& state) const;
    [[nodiscard]] static RunIdentity from_state(const State& state);
};

/// The files that a plan reads, as it names them: paths that sources and other nodes ask for, but for sinks, which
/// write theirs, and every path that a resource is made from.
[[nodiscard]] std::vector<std::string> files_read(const Plan& plan);

/// What is different, a line for each; empty: nothing.
[[nodiscard]] std::vector<std::string> differences(const RunIdentity& was, const RunIdentity& is);
/// The same of graphs alone: "graph: nodes.update.lr was 0.001 and is 0.01".
[[nodiscard]] std::vector<std::string> graph_differences(const std::string& was, const std::string& is);

}  // namespace anabranch::framework
