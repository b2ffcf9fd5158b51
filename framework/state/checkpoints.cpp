#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/graph/did_you_mean.h>
#include <framework/report/durable.h>
#include <framework/report/text.h>
#include <framework/state/checkpoints.h>
#include <framework/state/checksums.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

/// Makes `link` point to `target` in one step, so that at no time it is missing.
void point(const fs::path& link, const fs::path& target) {
    const fs::path next = link.parent_path() / cat(".", link.filename().string(), ".partial");
    fs::remove(next);
    fs::create_directory_symlink(target, next);
    fs::rename(next, link);
    sync_directory(link.parent_path());
}

}  // namespace

Checkpoints::Checkpoints(const Plan& plan, const Wiring& wiring, const RunDirectory& directory)
    : plan_(&plan), folder_(directory.checkpoints()), best_link_(directory.best()), written_by_(plan.nodes.size()) {
    for (std::size_t r = 0; r < wiring.writers.size(); ++r) {
        if (wiring.writers[r]) written_by_[*wiring.writers[r]].push_back(r);
    }
    for (std::size_t n = 0; n < written_by_.size(); ++n) {
        if (written_by_[n].empty()) continue;
        ++writers_;
        clock_ = plan.nodes[n].clock;
    }
}

Checkpoints::~Checkpoints() {
    std::error_code ignored;
    for (const auto& [step, writers] : open_) fs::remove_all(staged(step), ignored);
}

fs::path Checkpoints::folder_of(std::uint64_t step) const {
    return folder_ / step_folder(step);
}
fs::path Checkpoints::staged(std::uint64_t step) const {
    return folder_ / cat(".", step_folder(step), ".staged");
}

std::string Checkpoints::after_call(std::size_t node, std::uint64_t sequence, const ResourceStore& resources) {
    const std::uint64_t step = sequence + 1;
    if (!plan_->save || written_by_[node].empty() || step % plan_->save->every != 0) return {};
    const std::scoped_lock lock(mutex_);
    const auto start = std::chrono::steady_clock::now();
    try {
        std::size_t& writers = open_[step];  // first, so that what is staged is removed whatever happens
        for (const std::size_t resource : written_by_[node]) resources.save(resource, staged(step));
        if (++writers < writers_) return {};
        write_directory(folder_of(step), [&](const fs::path& into) {
            for (const auto& entry : fs::directory_iterator(staged(step)))
                fs::rename(entry.path(), into / entry.path().filename());
            write_checksums(into);
        });
        fs::remove_all(staged(step));
    } catch (const std::exception& error) {
        throw Error(cat("step ", step, " could not be saved: ", error.what()));
    }
    open_.erase(step);
    saved_.insert(step);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    return cat("saved ", folder_of(step).string(), " in ", duration_text(seconds.count()));
}

void Checkpoints::complete(const Step& step) {
    if (!plan_->save || step.clock != clock_) return;
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, value] : step.metrics) metrics_.insert(name);
    if (!saved_.contains(step.sequence + 1)) return;
    compare(step.sequence + 1, step.metrics);
    prune();
}

void Checkpoints::compare(std::uint64_t step, const Metrics& metrics) {
    if (!plan_->save->best) return;
    const auto value = metrics.find(plan_->save->best->metric);
    if (value == metrics.end() || std::isnan(value->second)) return;
    const bool lowest = plan_->save->best->lowest;
    if (best_ && !(lowest ? value->second < best_->value : value->second > best_->value)) return;
    point(best_link_, fs::path(folder_.filename()) / step_folder(step));
    best_ = {step, value->second};
}

void Checkpoints::prune() {
    while (saved_.size() > plan_->save->keep) {
        const auto oldest =
            std::ranges::find_if(saved_, [&](std::uint64_t step) { return !best_ || step != best_->step; });
        const auto newer = static_cast<std::uint64_t>(std::ranges::distance(oldest, saved_.end()));
        if (newer <= plan_->save->keep) return;
        remove_directory(folder_of(*oldest));
        saved_.erase(oldest);
    }
}

void Checkpoints::save_state(State& state) const {
    const std::scoped_lock lock(mutex_);
    state.set("saved.steps", Column(Array::of(std::vector<std::int64_t>(saved_.begin(), saved_.end()))));
    state.set("saved.metrics", Column(Strings({metrics_.begin(), metrics_.end()})));
    if (!best_) return;
    state.set("saved.best_step", static_cast<std::int64_t>(best_->step));
    state.set("saved.best_value", best_->value);
}

void Checkpoints::load_state(const State& state) {
    const std::scoped_lock lock(mutex_);
    for (const std::int64_t step : state.array("saved.steps").values<std::int64_t>()) {
        if (fs::exists(folder_of(static_cast<std::uint64_t>(step)))) saved_.insert(static_cast<std::uint64_t>(step));
    }
    const auto& names = state.packet("saved.metrics").strings("value");
    metrics_.insert(names.begin(), names.end());
    fs::remove(best_link_);
    if (state.has("saved.best_step")) {
        best_ = {static_cast<std::uint64_t>(state.integer("saved.best_step")), state.number("saved.best_value")};
        if (fs::exists(folder_of(best_->step)))
            point(best_link_, fs::path(folder_.filename()) / step_folder(best_->step));
    }
    if (!fs::exists(folder_)) return;
    std::vector<fs::path> later;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        const auto name = entry.path().filename().string();
        const bool kept = std::ranges::any_of(saved_, [&](std::uint64_t step) { return step_folder(step) == name; });
        if (!kept) later.push_back(entry.path());
    }
    for (const auto& folder : later) fs::remove_all(folder);
}

std::vector<std::string> Checkpoints::kept() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> paths;
    for (const std::uint64_t step : saved_) paths.push_back(folder_of(step).string());
    if (best_) {
        paths.push_back(cat(best_link_.string(), " -> ", step_folder(best_->step), " (", plan_->save->best->metric, " ",
                            metric_text(best_->value), ")"));
    }
    return paths;
}

std::string Checkpoints::problem() const {
    const std::scoped_lock lock(mutex_);
    if (!plan_->save || !plan_->save->best || saved_.empty() || metrics_.contains(plan_->save->best->metric)) return {};
    const std::string& metric = plan_->save->best->metric;
    const auto meant = did_you_mean(metric, {metrics_.begin(), metrics_.end()});
    return cat("save: best: no step gave the metric '", metric, "', so none is the best",
               meant ? cat("; did you mean '", *meant, "'?") : "");
}

}  // namespace anabranch::framework
