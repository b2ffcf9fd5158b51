#include <anabranch/error.h>
#include <framework/host/check_spec.h>
#include <framework/host/host.h>

#include <algorithm>
#include <map>

namespace anabranch::framework {
namespace {

/// A type's place as messages name it.
std::string origin(const Plugin& plugin) {
    return plugin.file.empty() ? cat("plugin '", plugin.name, "'") : cat("plugin ", plugin.file.string());
}

template <typename Type>
void check_types(const Plugin& plugin, const std::vector<Type>& types, std::map<std::string, const Plugin*>& owners) {
    for (const auto& type : types) {
        with_context([&] { return cat(origin(plugin), ": type '", type.spec.name, "'"); },
                     [&] { check_spec(type.spec); });
        const auto [earlier, added] = owners.emplace(type.spec.name, &plugin);
        if (!added) {
            throw Error(cat("two plugins have a type named '", type.spec.name, "': ", origin(*earlier->second), " and ",
                            origin(plugin), "; remove one of them from the plugin folders"));
        }
    }
}

template <typename Type>
Found<Type> find(const std::vector<Plugin>& plugins, std::vector<Type> Registry::*types, std::string_view name) {
    for (const auto& plugin : plugins) {
        for (const auto& type : plugin.registry.*types) {
            if (type.spec.name == name) return {&type, &plugin};
        }
    }
    return {};
}

template <typename Type>
std::vector<std::string> names(const std::vector<Plugin>& plugins, std::vector<Type> Registry::*types) {
    std::vector<std::string> out;
    for (const auto& plugin : plugins) {
        for (const auto& type : plugin.registry.*types) out.push_back(type.spec.name);
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace

Host::Host(std::vector<Plugin> plugins) : plugins_(std::move(plugins)) {
    std::map<std::string, const Plugin*> nodes;
    std::map<std::string, const Plugin*> resources;
    for (const auto& plugin : plugins_) {
        check_types(plugin, plugin.registry.nodes, nodes);
        check_types(plugin, plugin.registry.resources, resources);
    }
}

Found<NodeType> Host::find_node(std::string_view type) const {
    return find(plugins_, &Registry::nodes, type);
}

Found<ResourceType> Host::find_resource(std::string_view type) const {
    return find(plugins_, &Registry::resources, type);
}

std::vector<std::string> Host::node_names() const {
    return names(plugins_, &Registry::nodes);
}

std::vector<std::string> Host::resource_names() const {
    return names(plugins_, &Registry::resources);
}

std::vector<std::function<void(int)>> Host::worker_hooks() const {
    std::vector<std::function<void(int)>> hooks;
    for (const auto& plugin : plugins_) {
        hooks.insert(hooks.end(), plugin.registry.worker_hooks.begin(), plugin.registry.worker_hooks.end());
    }
    return hooks;
}

}  // namespace anabranch::framework
