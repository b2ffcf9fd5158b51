#include <framework/report/step_tracker.h>

#include <algorithm>
#include <utility>

namespace anabranch::framework {
namespace {

using Integers = std::vector<std::int64_t>;

}  // namespace

bool writes(const PlanNode& node) {
    return std::ranges::any_of(node.uses, [](const PlanUse& use) { return use.access == Access::write; });
}

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
        std::ranges::copy(record.lines, std::back_inserter(step.lines));
        if (!record.lines.empty()) step.printed.emplace(node, std::move(record.lines));
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

void StepTracker::save_state(State& state) const {
    Integers completed;
    Integers nodes;
    Integers sequences;
    std::vector<double> seconds;
    Integers of_metric;
    std::vector<std::string> names;
    std::vector<double> values;
    Integers of_line;
    std::vector<std::string> lines;
    for (const auto& clock : clocks_) {
        completed.push_back(static_cast<std::int64_t>(clock.next));
        for (const auto& [sequence, records] : clock.open) {
            for (const auto& [node, record] : records) {
                const auto number = static_cast<std::int64_t>(nodes.size());
                for (const auto& [name, value] : record.metrics) {
                    of_metric.push_back(number);
                    names.push_back(name);
                    values.push_back(value);
                }
                of_line.resize(of_line.size() + record.lines.size(), number);
                std::ranges::copy(record.lines, std::back_inserter(lines));
                nodes.push_back(static_cast<std::int64_t>(node));
                sequences.push_back(static_cast<std::int64_t>(sequence));
                seconds.push_back(record.seconds);
            }
        }
    }
    state.set("steps.completed", Column(Array::of(completed)));
    state.set(
        "steps.records",
        Packet({{"node", Array::of(nodes)}, {"sequence", Array::of(sequences)}, {"seconds", Array::of(seconds)}}));
    state.set("steps.metrics",
              Packet({{"record", Array::of(of_metric)}, {"name", Strings(names)}, {"value", Array::of(values)}}));
    state.set("steps.lines", Packet({{"record", Array::of(of_line)}, {"line", Strings(lines)}}));
}

void StepTracker::load_state(const State& state) {
    const Packet& records = state.packet("steps.records");
    std::vector<CallRecord*> at;
    for (std::size_t i = 0; i < static_cast<std::size_t>(records.rows()); ++i) {
        const auto node = static_cast<std::size_t>(records.values<std::int64_t>("node")[i]);
        const auto sequence = static_cast<std::uint64_t>(records.values<std::int64_t>("sequence")[i]);
        auto& record = clocks_.at(plan_->nodes.at(node).clock).open[sequence][node];
        record = {.node = node, .sequence = sequence, .seconds = records.values<double>("seconds")[i]};
        at.push_back(&record);
    }
    const Packet& metrics = state.packet("steps.metrics");
    for (std::size_t i = 0; i < static_cast<std::size_t>(metrics.rows()); ++i) {
        auto& record = *at.at(static_cast<std::size_t>(metrics.values<std::int64_t>("record")[i]));
        record.metrics.emplace(metrics.strings("name")[i], metrics.values<double>("value")[i]);
    }
    const Packet& lines = state.packet("steps.lines");
    for (std::size_t i = 0; i < static_cast<std::size_t>(lines.rows()); ++i) {
        auto& record = *at.at(static_cast<std::size_t>(lines.values<std::int64_t>("record")[i]));
        record.lines.push_back(lines.strings("line")[i]);
    }
    const auto completed = state.array("steps.completed").values<std::int64_t>();
    for (std::size_t c = 0; c < clocks_.size() && c < completed.size(); ++c)
        clocks_[c].next = static_cast<std::uint64_t>(completed[c]);
}

}  // namespace anabranch::framework
