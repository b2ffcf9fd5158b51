#pragma once

#include <filesystem>
#include <string>

namespace anabranch::framework {

/// The folder that keeps what a run made: graph.yaml, metrics.jsonl, resources/.
class RunDirectory {
  public:
    /// Makes the folder, which must be absent or empty, and writes graph.yaml. `overwrite`: a folder that holds an
    /// earlier run is taken too; what that run wrote is removed, other files stay. Throws an Error that says how to
    /// mend it.
    RunDirectory(std::filesystem::path path, bool overwrite, const std::string& graph);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path graph() const { return path_ / "graph.yaml"; }
    [[nodiscard]] std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
    [[nodiscard]] std::filesystem::path resources() const { return path_ / "resources"; }

    /// runs/<graph name>-<local time>; with -2, -3, ... when that exists.
    [[nodiscard]] static std::filesystem::path standard(const std::string& graph_name);

  private:
    std::filesystem::path path_;
};

}  // namespace anabranch::framework
