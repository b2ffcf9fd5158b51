#include <anabranch/error.h>
#include <framework/report/run_report.h>
#include <framework/report/step_line.h>
#include <framework/report/text.h>

#include <optional>
#include <utility>

namespace anabranch::framework {

using Clock = std::chrono::steady_clock;

RunReport::RunReport(const Plan& plan, const std::filesystem::path& metrics_path, Console& console,
                     std::function<void(const Step&)> on_step, const State* saved)
    : plan_(&plan),
      console_(&console),
      on_step_(std::move(on_step)),
      metrics_(saved == nullptr ? MetricsFile(metrics_path)
                                : MetricsFile(metrics_path, saved->integer("report.metrics_bytes"))),
      steps_(plan),
      headlines_(plan.headline),
      running_(plan.nodes.size(), 0) {
    for (const auto& node : plan.nodes) usage_.push_back({.name = node.name});
    if (saved != nullptr) load_state(*saved);
}

void RunReport::load_state(const State& saved) {
    made_ -= std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(saved.number("report.wall")));
    earlier_ = saved.number("report.running");
    const Packet& usage = saved.packet("report.usage");
    for (std::size_t n = 0; n < usage_.size() && n < static_cast<std::size_t>(usage.rows()); ++n) {
        usage_[n].calls = static_cast<std::uint64_t>(usage.values<std::int64_t>("calls")[n]);
        usage_[n].seconds = usage.values<double>("seconds")[n];
    }
    steps_.load_state(saved);
    headlines_.load_state(saved);
}

void RunReport::save_state(State& state) const {
    const std::scoped_lock lock(mutex_);
    metrics_.sync();
    state.set("report.metrics_bytes", metrics_.size());
    state.set("report.wall", since(made_));
    state.set("report.running", since(started_));
    std::vector<std::int64_t> calls;
    std::vector<double> seconds;
    for (const auto& usage : usage_) {
        calls.push_back(static_cast<std::int64_t>(usage.calls));
        seconds.push_back(usage.seconds);
    }
    state.set("report.usage", Packet({{"calls", Array::of(calls)}, {"seconds", Array::of(seconds)}}));
    steps_.save_state(state);
    headlines_.save_state(state);
}

double RunReport::since(Clock::time_point time) const {
    return std::chrono::duration<double>(Clock::now() - time).count();
}

void RunReport::start() {
    started_ = last_line_ = Clock::now();
    started_ -= std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(earlier_));
}

std::uint64_t RunReport::completed() const {
    const std::scoped_lock lock(mutex_);
    return steps_.completed(steps_.main_clock());
}

void RunReport::started(std::size_t node, std::uint64_t) {
    const std::scoped_lock lock(mutex_);
    ++running_[node];
    update_status();
}

void RunReport::finished(CallRecord record) {
    const std::scoped_lock lock(mutex_);
    --running_[record.node];
    usage_[record.node].seconds += record.seconds;
    data_counts_.add(plan_->nodes[record.node].name, record.metrics);
    if (record.last) {
        show_end(record);
        return;
    }
    ++usage_[record.node].calls;
    for (const Step& step : steps_.add(std::move(record))) {
        show(step);
        if (on_step_) on_step_(step);
    }
    update_status();
}

void RunReport::show_end(const CallRecord& record) {
    for (const auto& line : record.lines) console_->line(line);
    if (record.metrics.empty()) return;
    headlines_.add(record.metrics);
    const PlanNode& node = plan_->nodes[record.node];
    metrics_.write(record.sequence, since(made_), "end of " + node.name, record.metrics);
}

void RunReport::show(const Step& step) {
    for (const auto& line : step.lines) console_->line(line);
    headlines_.add(step.metrics);
    const std::uint64_t done = step.sequence + 1;
    if (step.clock != steps_.main_clock()) {
        if (!step.metrics.empty()) metrics_.write(done, since(made_), steps_.name(step.clock), step.metrics);
        return;
    }
    metrics_.write(done, since(made_), "", step.metrics);
    // Thousands of quick steps that measure nothing are not worth a line each.
    const bool last = plan_->steps == done;
    if (step.metrics.empty() && !last && since(last_line_) < 1.0) return;
    last_line_ = Clock::now();
    const PlanNode* source = nullptr;
    for (const auto& node : plan_->nodes) {
        if (node.inputs.empty() && node.clock == step.clock) source = &node;
    }
    // How many packets come out of a node that regroups is not known before.
    const auto total = source != nullptr ? plan_->steps : std::nullopt;
    console_->line(step_line(done, total, step.metrics, since(started_)));
}

void RunReport::update_status() {
    if (!console_->terminal()) return;
    const auto done = steps_.completed(steps_.main_clock());
    const double total = since(started_);
    // Of quick steps nobody could read every node's turn.
    if (since(last_status_) < 0.1 && total < 0.05 * static_cast<double>(done)) return;
    last_status_ = Clock::now();
    std::string nodes;
    for (std::size_t n = 0; n < running_.size(); ++n) {
        if (running_[n] > 0) nodes += (nodes.empty() ? "" : ", ") + plan_->nodes[n].name;
    }
    console_->status(cat("step ", done + 1, ", ", duration_text(total), nodes.empty() ? "" : ": ", nodes));
}

void RunReport::finish() {
    const std::scoped_lock lock(mutex_);
    console_->clear_status();
    for (const auto& line : steps_.remaining_lines()) console_->line(line);
}

RunSummary RunReport::summary() const {
    const std::scoped_lock lock(mutex_);
    return {.steps = steps_.completed(steps_.main_clock()),
            .seconds = since(started_),
            .nodes = usage_,
            .headlines = headlines_.headlines(),
            .data_counts = data_counts_.text(),
            .peak_memory = peak_memory()};
}

}  // namespace anabranch::framework
