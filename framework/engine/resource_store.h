#pragma once

#include <anabranch/call.h>
#include <framework/engine/message.h>
#include <framework/engine/wiring.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Makes a resource of the plan; `made` holds, by their index there, those that it uses. Errors begin with its place in
/// the graph. `for_export`: see ResourceContext.
[[nodiscard]] std::shared_ptr<Resource> make_resource(const Plan& plan, std::size_t index,
                                                      std::span<const std::shared_ptr<Resource>> made,
                                                      bool for_export = false);

/// The resources of a run, alive.
class ResourceStore {
  public:
    /// Before and after a resource is made: for progress lines. Returns whether to go on.
    using Progress = std::function<bool(const PlanResource&, const Resource* made)>;

    /// Makes every resource in the plan's order. Throws with the place in the graph. Stops early when `progress` says
    /// so.
    ResourceStore(const Plan& plan, const Wiring& wiring, const Progress& progress);

    /// What a node's calls get under each use, but for snapshots: those come with the call.
    [[nodiscard]] std::map<std::string, Call::Lent, std::less<>> lend(const PlanNode& node) const;
    /// The version before any write, for a use that reads a snapshot.
    [[nodiscard]] const Version& first(std::size_t resource) const { return first_[resource]; }
    [[nodiscard]] const std::shared_ptr<Resource>& live(std::size_t resource) const { return live_[resource]; }

    /// Saves one into `directory`/<name>, whole or not at all. While it does, nothing may write the resource. Throws
    /// with the place in the graph.
    std::filesystem::path save(std::size_t resource, const std::filesystem::path& directory) const;
    /// Saves what nodes write into `directory`/<name>, each whole or not at all. Returns what was written; adds a
    /// message to `problems` for what could not be.
    std::vector<std::filesystem::path> save(const std::filesystem::path& directory,
                                            std::vector<std::string>& problems) const;
    /// Takes back what that saved. Before anything runs. Throws with the place in the graph.
    void load(const std::filesystem::path& directory);
    /// A version that was saved on its own. The live resource goes through it: `load` is to come after.
    [[nodiscard]] Version load_version(std::size_t resource, const std::filesystem::path& folder);

  private:
    void load_one(std::size_t resource, const std::filesystem::path& folder);

    const Plan* plan_;
    const Wiring* wiring_;
    std::vector<std::shared_ptr<Resource>> live_;
    std::vector<Version> first_;
};

}  // namespace anabranch::framework
