#pragma once

#include <framework/engine/recorded_edge.h>
#include <framework/graph/plan.h>
#include <framework/state/packet_file.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Recorded streams of one run.
class Recordings {
  public:
    /// Files, or folders: of the files, or of the run that recorded them. Reads what each says of itself. Throws when
    /// one is no recorded stream, or when they come from different runs.
    explicit Recordings(const std::vector<std::filesystem::path>& places);

    [[nodiscard]] const std::string& seed() const { return seed_; }
    /// The graph that was recorded, as text.
    [[nodiscard]] const std::string& resolved() const { return resolved_; }
    /// The file with the stream of this name ("rollout.out"); null without one.
    [[nodiscard]] const std::filesystem::path* find(const std::string& stream) const;
    [[nodiscard]] std::vector<std::string> streams() const;

  private:
    void add(const std::filesystem::path& file);

    std::vector<std::pair<std::string, std::filesystem::path>> files_;
    std::string seed_;
    std::string resolved_;
};

struct ReplayRequest {
    std::string node;
    bool downstream = false;               ///< also every node that takes, at first or second hand, what `node` gives
    std::optional<std::uint64_t> steps{};  ///< so many packets of each stream at most
};

/// A part of a plan as a plan of its own: sources give the recorded packets in the place of the nodes that are left
/// out. Nodes keep their names, so that their random numbers are those of the run; sequence numbers are those of the
/// run.
struct Replay {
    Plan plan;
    std::vector<std::unique_ptr<NodeType>> types;  ///< those of the sources
};

/// Throws an Error that says how to mend it: a stream that was not recorded, or a resource whose versions were made by
/// a node that is left out.
[[nodiscard]] Replay make_replay(const Plan& plan, const ReplayRequest& request, const Recordings& recordings);

}  // namespace anabranch::framework
