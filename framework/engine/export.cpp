#include <anabranch/error.h>
#include <framework/engine/export.h>
#include <framework/engine/resource_store.h>
#include <framework/report/durable.h>

namespace anabranch::framework {
namespace {

/// Makes `resource` in `made`, after those that it uses.
void make_with_used(const Plan& plan, std::size_t resource, std::vector<std::shared_ptr<Resource>>& made) {
    if (made[resource] != nullptr) return;
    for (const auto& use : plan.resources[resource].uses) make_with_used(plan, use.resource, made);
    made[resource] = make_resource(plan, resource, made, true);
}

}  // namespace

void export_resource(const Plan& plan, const ExportRequest& request) {
    std::vector<std::shared_ptr<Resource>> made(plan.resources.size());
    make_with_used(plan, request.resource, made);
    const auto& resource = made[request.resource];
    if (!request.saved.empty()) resource->load(request.saved);
    const std::shared_ptr<const Resource> part = request.view.empty() ? resource : resource->view(request.view);
    write_whole(request.target,
                [&](const std::filesystem::path& partial) { part->export_to(partial, request.options); });
}

}  // namespace anabranch::framework
