#pragma once

#include <anabranch/resource.h>
#include <anabranch/spec.h>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace anabranch {

class Node;

struct NodeType {
    Spec spec;
    std::function<std::unique_ptr<Node>(const Parameters&)> make;
};

struct ResourceType {
    ResourceSpec spec;
    std::function<std::shared_ptr<Resource>(const Parameters&, const ResourceContext&)> make;
};

/// What one plugin offers. The host passes it in; nothing registers itself.
class Registry {
  public:
    /// A class with `static Spec spec()` (a node) or `static ResourceSpec spec()` (a resource).
    template <typename T>
    void add() {
        if constexpr (std::is_same_v<decltype(T::spec()), Spec>) {
            nodes.push_back(
                {T::spec(), [](const Parameters& p) -> std::unique_ptr<Node> { return std::make_unique<T>(p); }});
        } else {
            resources.push_back(
                {T::spec(), [](const Parameters& p, const ResourceContext& context) -> std::shared_ptr<Resource> {
                     return std::make_shared<T>(p, context);
                 }});
        }
    }
    /// Called on each thread that will run nodes, before it runs any, with the number of threads that one node may use.
    void on_worker_start(std::function<void(int threads)> function) { worker_hooks.push_back(std::move(function)); }

    std::vector<NodeType> nodes;
    std::vector<ResourceType> resources;
    std::vector<std::function<void(int)>> worker_hooks;
};

}  // namespace anabranch
