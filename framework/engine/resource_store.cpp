#include <anabranch/error.h>
#include <anabranch/random.h>
#include <framework/engine/failures.h>
#include <framework/engine/resource_store.h>
#include <framework/report/durable.h>

namespace anabranch::framework {
namespace {

std::shared_ptr<const Resource> view_of(const std::shared_ptr<Resource>& resource, const std::string& view) {
    return view.empty() ? resource : resource->view(view);
}

}  // namespace

std::shared_ptr<Resource> make_resource(const Plan& plan, std::size_t index,
                                        std::span<const std::shared_ptr<Resource>> made, bool for_export) {
    const PlanResource& resource = plan.resources[index];
    try {
        std::map<std::string, std::shared_ptr<const Resource>, std::less<>> used;
        for (const auto& use : resource.uses) used.emplace(use.use, view_of(made[use.resource], use.view));
        const ResourceContext context(Random(plan.seed).fork("resource").fork(resource.name), std::move(used),
                                      for_export);
        auto live = resource.type->make(resource.parameters, context);
        if (live == nullptr) throw Error("its plugin made nothing");
        return live;
    } catch (...) {
        throw Error(cat(place_of(resource), ": ", message_of(std::current_exception())));
    }
}

ResourceStore::ResourceStore(const Plan& plan, const Wiring& wiring, const Progress& progress)
    : plan_(&plan), wiring_(&wiring), first_(plan.resources.size()) {
    for (std::size_t r = 0; r < plan.resources.size(); ++r) {
        const PlanResource& resource = plan.resources[r];
        if (!progress(resource, nullptr)) return;
        live_.push_back(make_resource(plan, r, live_));
        try {
            if (wiring.snapshots[r]) first_[r] = live_.back()->snapshot();
        } catch (...) {
            throw Error(cat(place_of(resource), ": ", message_of(std::current_exception())));
        }
        progress(resource, live_.back().get());
    }
}

std::map<std::string, Call::Lent, std::less<>> ResourceStore::lend(const PlanNode& node) const {
    std::map<std::string, Call::Lent, std::less<>> lent;
    for (const auto& use : node.uses) {
        const auto& live = live_[use.resource];
        lent.emplace(use.use, Call::Lent{view_of(live, use.view), use.access == Access::write ? live : nullptr});
    }
    return lent;
}

std::filesystem::path ResourceStore::save(std::size_t resource, const std::filesystem::path& directory) const {
    try {
        auto target = directory / plan_->resources[resource].name;
        write_directory(target, [&](const std::filesystem::path& into) { live_[resource]->save(into); });
        return target;
    } catch (...) {
        throw Error(
            cat(place_of(plan_->resources[resource]), ": could not be saved: ", message_of(std::current_exception())));
    }
}

std::vector<std::filesystem::path> ResourceStore::save(const std::filesystem::path& directory,
                                                       std::vector<std::string>& problems) const {
    std::vector<std::filesystem::path> written;
    for (std::size_t r = 0; r < live_.size(); ++r) {
        if (!wiring_->writers[r]) continue;
        try {
            written.push_back(save(r, directory));
        } catch (...) {
            problems.push_back(message_of(std::current_exception()));
        }
    }
    return written;
}

void ResourceStore::load(const std::filesystem::path& directory) {
    for (std::size_t r = 0; r < live_.size(); ++r) {
        if (wiring_->writers[r]) load_one(r, directory / plan_->resources[r].name);
    }
}

Version ResourceStore::load_version(std::size_t resource, const std::filesystem::path& folder) {
    load_one(resource, folder);
    return live_[resource]->snapshot();
}

void ResourceStore::load_one(std::size_t resource, const std::filesystem::path& folder) {
    try {
        live_[resource]->load(folder);
    } catch (...) {
        throw Error(cat(place_of(plan_->resources[resource]), ": ", message_of(std::current_exception())));
    }
}

}  // namespace anabranch::framework
