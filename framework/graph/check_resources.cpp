#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/graph/ordering.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

class ResourceCheck {
  public:
    ResourceCheck(DraftGraph& graph, Diagnostics& diagnostics) : graph_(graph), diagnostics_(diagnostics) {}

    void check() {
        for (auto& resource : graph_.resources) resolve("resource", resource);
        for (auto& node : graph_.nodes) resolve("node", node);
        order();
        writers();
        unused();
    }

  private:
    template <typename Member>
    void resolve(std::string_view what, Member& member) {
        for (auto& use : member.uses) {
            const auto names = names_of(graph_.resources);
            const auto found = std::ranges::find(names, use.from.name);
            if (found == names.end()) {
                unknown(use, names);
                continue;
            }
            use.resource = static_cast<std::size_t>(found - names.begin());
            const DraftResource& resource = graph_.resources[use.resource];
            if (resource.type != nullptr && resource.trusted)
                check_view(cat(what, " '", member.name, "'"), use, resource);
        }
    }

    void unknown(const DraftUse& use, const std::vector<std::string>& names) {
        const auto nodes = names_of(graph_.nodes);
        auto& report = diagnostics_.report(Code::unknown_resource, use.from.location,
                                           cat("there is no resource '", use.from.name, "'"));
        report.suggest(did_you_mean(use.from.name, names));
        if (std::ranges::find(nodes, use.from.name) != nodes.end()) {
            report.help(cat("'", use.from.name, "' is a node; '", use.use.name, "' wants something under 'resources'"));
        }
    }

    void check_view(const std::string& user, const DraftUse& use, const DraftResource& resource) {
        const auto view = std::ranges::find(resource.spec.views, use.from.part, &ResourceSpec::View::name);
        if (view == resource.spec.views.end()) {
            std::vector<std::string> views = names_of(resource.spec.views);
            std::erase(views, "");
            diagnostics_
                .report(Code::unknown_view, use.from.part_location,
                        cat("resource '", resource.name, "' of type ", resource.type_name, " has no view '",
                            use.from.part, "'"))
                .note(resource.location, views.empty() ? "it has none" : "it has " + enumerate(views))
                .suggest(did_you_mean(use.from.part, views));
            return;
        }
        if (use.use.access == Access::write && !use.from.part.empty()) {
            diagnostics_
                .report(Code::written_view, use.from.location,
                        cat(user, " writes '", use.use.name, "', and the view '", use.from.name, ".", use.from.part,
                            "' never changes"))
                .help(cat("give it the resource itself: ", use.use.name, ": ", use.from.name));
        }
        if (std::ranges::find(view->capabilities, use.use.capability) != view->capabilities.end()) return;
        auto& report =
            diagnostics_.report(Code::missing_capability, use.from.location,
                                cat(user, " needs a ", use.use.capability, " as '", use.use.name, "', which '",
                                    use.from.name, use.from.part.empty() ? "" : ".", use.from.part, "' is not"));
        report.note(resource.location,
                    view->capabilities.empty() ? "it offers nothing" : cat("it is: ", enumerate(view->capabilities)));
        const auto offers = offering(use.use.capability);
        if (!offers.empty()) report.help(cat("these are: ", enumerate(offers)));
    }

    [[nodiscard]] std::vector<std::string> offering(const std::string& capability) const {
        std::vector<std::string> out;
        for (const auto& resource : graph_.resources) {
            if (resource.type == nullptr || !resource.trusted) continue;
            for (const auto& view : resource.spec.views) {
                if (std::ranges::find(view.capabilities, capability) == view.capabilities.end()) continue;
                out.push_back(resource.name + (view.name.empty() ? "" : "." + view.name));
            }
        }
        return out;
    }

    void order() {
        std::vector<std::vector<std::size_t>> dependencies(graph_.resources.size());
        for (std::size_t i = 0; i < dependencies.size(); ++i) {
            for (const auto& use : graph_.resources[i].uses) {
                if (use.resource != unresolved) dependencies[i].push_back(use.resource);
            }
        }
        Ordering ordering = order_by_dependencies(dependencies);
        for (const auto& cycle : ordering.cycles) {
            std::string path = graph_.resources[cycle.front()].name;
            for (std::size_t i = 1; i <= cycle.size(); ++i)
                path += " -> " + graph_.resources[cycle[i % cycle.size()]].name;
            auto& report = diagnostics_.report(Code::resource_cycle, graph_.resources[cycle.front()].location,
                                               "resources are made from each other in a circle: " + path);
            for (std::size_t i = 1; i < cycle.size(); ++i) {
                report.note(graph_.resources[cycle[i]].location,
                            cat("'", graph_.resources[cycle[i]].name, "' is in it"));
            }
        }
        graph_.resource_order = std::move(ordering.order);
    }

    void writers() {
        for (std::size_t i = 0; i < graph_.resources.size(); ++i) {
            const DraftUse* first = nullptr;
            const DraftNode* first_node = nullptr;
            for (const auto& node : graph_.nodes) {
                for (const auto& use : node.uses) {
                    if (use.resource != i || use.use.access != Access::write) continue;
                    if (first == nullptr) {
                        first = &use;
                        first_node = &node;
                        continue;
                    }
                    diagnostics_
                        .report(Code::two_writers, use.from.location,
                                cat("resource '", graph_.resources[i].name, "' is written here by '", node.name,
                                    "' and also by '", first_node->name, "'"))
                        .note(first->from.location, cat("'", first_node->name, "' writes it"));
                }
            }
        }
    }

    void unused() {
        std::vector<bool> used(graph_.resources.size(), false);
        const auto mark = [&](const auto& members) {
            for (const auto& member : members) {
                // Whoever was not understood may use anything.
                if (member.type == nullptr || !member.trusted) used.assign(used.size(), true);
                for (const auto& use : member.uses) {
                    if (use.resource == unresolved)
                        used.assign(used.size(), true);
                    else
                        used[use.resource] = true;
                }
            }
        };
        mark(graph_.resources);
        mark(graph_.nodes);
        for (std::size_t i = 0; i < used.size(); ++i) {
            if (used[i]) continue;
            diagnostics_.report(Code::unused_resource, graph_.resources[i].location,
                                cat("resource '", graph_.resources[i].name, "' is not used: it is loaded for nothing"));
        }
    }

    DraftGraph& graph_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_resources(DraftGraph& graph, Diagnostics& diagnostics) {
    ResourceCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
