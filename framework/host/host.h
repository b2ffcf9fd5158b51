#pragma once

#include <anabranch/registry.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// A plugin and all that it registered.
struct Plugin {
    std::string name;            ///< file name without ".so"
    std::filesystem::path file;  ///< empty for a registry made in memory
    Registry registry;
};

/// A node or resource type and the plugin that it comes from. Owned by the host.
template <typename Type>
struct Found {
    const Type* type = nullptr;
    const Plugin* plugin = nullptr;
    explicit operator bool() const { return type != nullptr; }
};

/// Every node and resource type there is. Immutable once made; reading from several threads is safe.
/// Plans point into it: it must outlive them.
class Host {
  public:
    /// Throws an Error when two plugins have one type name, or a spec contradicts itself.
    explicit Host(std::vector<Plugin> plugins);

    /// Loads every `*.so` of `folders`, in the order of their names. They are never unloaded. A folder that does not
    /// exist is an Error.
    static Host load(const std::vector<std::filesystem::path>& folders);

    [[nodiscard]] Found<NodeType> find_node(std::string_view type) const;
    [[nodiscard]] Found<ResourceType> find_resource(std::string_view type) const;
    [[nodiscard]] std::vector<std::string> node_names() const;      ///< sorted
    [[nodiscard]] std::vector<std::string> resource_names() const;  ///< sorted
    [[nodiscard]] const std::vector<Plugin>& plugins() const { return plugins_; }

    /// What plugins ask to be called on each thread that runs nodes, before it runs any.
    [[nodiscard]] std::vector<std::function<void(int)>> worker_hooks() const;

  private:
    std::vector<Plugin> plugins_;
};

/// Where plugins are looked for: `given`, then $ANABRANCH_PLUGIN_PATH (colons between folders), then beside the
/// executable in ../lib/anabranch/plugins. Folders of the last two that do not exist are left out.
[[nodiscard]] std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& given);

}  // namespace anabranch::framework
