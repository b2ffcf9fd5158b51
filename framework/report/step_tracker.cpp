#include <framework/report/step_tracker.h>

#include <algorithm>
#include <utility>

namespace anabranch::framework {
namespace {

bool writes(const PlanNode& node) {
    return std::ranges::any_of(node.uses, [](const PlanUse& use) { return use.access == Access::write; });
}

}  // namespace

StepTracker::StepTracker(const Plan& plan) : plan_(&plan), clocks_(plan.clocks) {
    bool written = false;
    const auto of_side_streams = nodes_of_side_streams(plan);
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
        const PlanNode& node = plan.nodes[n];
        Clock& clock = clocks_.at(node.clock);
        ++clock.nodes;
        if (node.inputs.empty()) clock.name = node.name;
        if (node.out_clock != node.clock) clocks_.at(node.out_clock).name = node.name;
        if (of_side_streams[n]) continue;
        if (writes(node) || !written) main_clock_ = node.clock;
        written = written || writes(node);
    }
}

std::vector<Step> StepTracker::add(CallRecord record) {
    const std::size_t index = plan_->nodes[record.node].clock;
    Clock& clock = clocks_[index];
    const std::uint64_t sequence = record.sequence;
    clock.open[sequence].insert_or_assign(record.node, std::move(record));
    std::vector<Step> steps;
    while (!clock.open.empty() && clock.open.begin()->first == clock.next &&
           clock.open.begin()->second.size() == clock.nodes) {
        steps.push_back(merge(index, std::move(clock.open.begin()->second)));
        clock.open.erase(clock.open.begin());
        ++clock.next;
    }
    return steps;
}

Step StepTracker::merge(std::size_t clock, std::map<std::size_t, CallRecord> records) const {
    Step step{.clock = clock, .sequence = clocks_[clock].next};
    for (auto& [node, record] : records) {
        for (const auto& [name, value] : record.metrics) {
            // Two nodes that give one name: both are kept, the later one under its node's name.
            if (!step.metrics.emplace(name, value).second)
                step.metrics.emplace(plan_->nodes[node].name + "/" + name, value);
        }
        std::ranges::move(record.lines, std::back_inserter(step.lines));
    }
    return step;
}

std::vector<std::string> StepTracker::remaining_lines() const {
    std::vector<std::string> lines;
    for (const auto& clock : clocks_) {
        for (const auto& [sequence, records] : clock.open) {
            for (const auto& [node, record] : records) std::ranges::copy(record.lines, std::back_inserter(lines));
        }
    }
    return lines;
}

}  // namespace anabranch::framework
