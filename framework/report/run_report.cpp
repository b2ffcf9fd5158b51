#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/report/run_report.h>
#include <framework/report/text.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

namespace anabranch::framework {

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds tick_period{500};
constexpr std::chrono::seconds facts_period{10};
constexpr int facts_share = 200;  ///< writing run.json takes a 200th of the time at most

std::string local_time() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local)};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// How many steps a clock will have at most: what its trainers make use of, if each says so, and of a source's own
/// clock what the graph says. How many packets come out of a node that regroups is not known before.
std::optional<std::uint64_t> steps_of(const Plan& plan, std::size_t clock) {
    std::optional<std::uint64_t> used;
    bool endless = false;
    bool source = false;
    for (const auto& node : plan.nodes) {
        if (node.clock != clock) continue;
        source = source || node.inputs.empty();
        if (node.spec.packets_used) used = std::max(used.value_or(0), *node.spec.packets_used);
        endless = endless || (writes(node) && !node.spec.packets_used);
    }
    if (endless) used.reset();
    if (!source || !plan.steps) return used;
    return used ? std::min(*used, *plan.steps) : plan.steps;
}

/// The same where nodes leave packets out (a filter, a batcher), from how many each took and gave. Of one that gives
/// more than it takes nothing is foretold: trainers behind packers stop at a number of steps of their own.
std::optional<std::uint64_t> expected_steps(const Plan& plan, std::size_t clock, const std::vector<NodeUsage>& usage) {
    if (!plan.steps) return std::nullopt;
    auto steps = static_cast<double>(*plan.steps);
    const auto regroups_into = [&](const PlanNode& node) { return node.out_clock == clock && node.clock != clock; };
    for (auto node = plan.nodes.begin(); (node = std::ranges::find_if(plan.nodes, regroups_into)) != plan.nodes.end();
         clock = node->clock) {
        const NodeUsage& made = usage[static_cast<std::size_t>(node - plan.nodes.begin())];
        const std::uint64_t given = made.outputs.front().packets;
        if (made.calls == 0 || given > made.calls) return std::nullopt;
        steps *= static_cast<double>(given) / static_cast<double>(made.calls);
    }
    return static_cast<std::uint64_t>(std::llround(steps));
}

}  // namespace

RunReport::RunReport(const Plan& plan, const RunDirectory& directory, Console& console, RunSettings settings,
                     const Watching& watching, std::function<void(const Step&)> on_step, const State* saved)
    : plan_(&plan),
      on_step_(std::move(on_step)),
      metrics_(saved == nullptr ? MetricsFile(directory.metrics())
                                : MetricsFile(directory.metrics(), saved->integer("report.metrics_bytes"))),
      printed_(saved == nullptr ? PrintedFile(directory.printed())
                                : PrintedFile(directory.printed(), saved->integer("report.printed_bytes"))),
      facts_path_(directory.next_numbered(RunDirectory::record_name)),
      facts_{.settings = std::move(settings), .started = local_time(), .summary = {.outcome = "running"}},
      steps_(plan),
      headlines_(plan.headline),
      progress_(plan, console),
      ticker_(tick_period, [this] {
          const std::scoped_lock lock(mutex_);
          progress_.refresh();
      }) {
    for (const auto& node : plan.nodes) {
        usage_.push_back({.name = node.name});
        usage_.back().outputs.resize(node.spec.outputs.size());
    }
    if (saved != nullptr) load_state(*saved);
    facts_.clock = steps_.name(steps_.main_clock());
    facts_.total = steps_of(plan, steps_.main_clock());
    if (watching.tensorboard) {
        tensorboard_.emplace(directory.tensorboard());
        tensorboard_->text(0, "graph", lines_of(plan.resolved));
    }
    if (watching.trace) trace_.emplace(directory.next_numbered(RunDirectory::trace_name), plan, made_);
    write_facts(collect());
}

void RunReport::load_state(const State& saved) {
    made_ -= std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(saved.number("report.wall")));
    earlier_ = saved.number("report.running");
    earlier_usage_.resize(usage_.size());
    const Packet& usage = saved.packet("report.usage");
    for (std::size_t n = 0; n < usage_.size() && n < static_cast<std::size_t>(usage.rows()); ++n) {
        earlier_usage_[n].calls = static_cast<std::uint64_t>(usage.values<std::int64_t>("calls")[n]);
        earlier_usage_[n].seconds = usage.values<double>("seconds")[n];
    }
    steps_.load_state(saved);
    headlines_.load_state(saved);
    data_counts_.load_state(saved);
}

void RunReport::save_state(State& state) const {
    const std::scoped_lock lock(mutex_);
    metrics_.sync();
    printed_.sync();
    state.set("report.metrics_bytes", metrics_.size());
    state.set("report.printed_bytes", printed_.size());
    state.set("report.wall", since(made_));
    state.set("report.running", since(started_) + earlier_);
    std::vector<std::int64_t> calls;
    std::vector<double> seconds;
    for (const auto& usage : summed(usage_)) {
        calls.push_back(static_cast<std::int64_t>(usage.calls));
        seconds.push_back(usage.seconds);
    }
    state.set("report.usage", Packet({{"calls", Array::of(calls)}, {"seconds", Array::of(seconds)}}));
    steps_.save_state(state);
    headlines_.save_state(state);
    data_counts_.save_state(state);
}

double RunReport::since(Instant time) const {
    return seconds_between(time, Clock::now());
}

void RunReport::line(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    progress_.line(text);
}

void RunReport::phase(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    phase_began_ = Clock::now();
    progress_.phase(text);
}

void RunReport::loaded(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    facts_.loaded.push_back(text);
    if (trace_) trace_->span(text, phase_began_, since(phase_began_));
    progress_.line(text);
}

void RunReport::start() {
    const std::scoped_lock lock(mutex_);
    started_ = Clock::now();
    progress_.start(steps_.completed(steps_.main_clock()), facts_.total);
}

std::uint64_t RunReport::completed() const {
    const std::scoped_lock lock(mutex_);
    return steps_.completed(steps_.main_clock());
}

void RunReport::started(std::size_t node, std::uint64_t sequence) {
    const std::scoped_lock lock(mutex_);
    progress_.call(node, sequence);
}

void RunReport::count(const CallRecord& record) {
    NodeUsage& usage = usage_[record.node];
    usage.seconds += record.seconds;
    const CallTimes& times = record.times;
    if (times.started == Instant{}) return;
    usage.waits.itself += seconds_between(times.complete, times.free);
    usage.waits.resources += seconds_between(times.free, times.admitted);
    usage.waits.worker += seconds_between(times.admitted, times.started);
    for (std::size_t o = 0; o < record.given.size(); ++o) {
        usage.outputs[o].packets += record.given[o].packets;
        usage.outputs[o].rows += record.given[o].rows;
    }
}

void RunReport::trace(const CallRecord& record, bool failed) {
    if (!trace_) return;
    trace_->call(record, failed);
    if (!in_flight_) return;
    for (std::size_t n = 0; n < plan_->nodes.size(); ++n) {
        if (plan_->nodes[n].inputs.empty()) trace_->in_flight(n, in_flight_(n));
    }
}

void RunReport::finished(CallRecord record) {
    const std::scoped_lock lock(mutex_);
    progress_.call_over(record.node, record.sequence);
    count(record);
    trace(record, false);
    data_counts_.add(plan_->nodes[record.node].name, record.metrics);
    if (record.last) {
        show_end(record);
        return;
    }
    ++usage_[record.node].calls;
    for (const Step& step : steps_.add(std::move(record))) {
        complete(step);
        if (on_step_) on_step_(step);
    }
    if (Clock::now() >= facts_due_) write_facts(collect());
}

void RunReport::failed(CallRecord record) {
    const std::scoped_lock lock(mutex_);
    progress_.call_over(record.node, record.sequence);
    usage_[record.node].seconds += record.seconds;
    trace(record, true);
}

void RunReport::closed(std::size_t node, Instant started, double seconds) {
    const std::scoped_lock lock(mutex_);
    if (trace_) trace_->span("close " + plan_->nodes[node].name, started, seconds);
}

void RunReport::keep(std::uint64_t step, std::size_t node, const std::vector<std::string>& lines) {
    printed_.write(step, plan_->nodes[node].name, lines);
    if (tensorboard_) tensorboard_->text(step, plan_->nodes[node].name, lines);
}

void RunReport::show_end(const CallRecord& record) {
    for (const auto& line : record.lines) progress_.line(line);
    keep(record.sequence, record.node, record.lines);
    if (record.metrics.empty()) return;
    headlines_.add(record.metrics);
    metrics_.write(record.sequence, since(made_), "end of " + plan_->nodes[record.node].name, record.metrics);
    if (tensorboard_) tensorboard_->scalars(record.sequence, record.metrics);
}

void RunReport::complete(const Step& step) {
    for (const auto& line : step.lines) progress_.line(line);
    headlines_.add(step.metrics);
    const std::uint64_t done = step.sequence + 1;
    for (const auto& [node, lines] : step.printed) keep(done, node, lines);
    if (tensorboard_) tensorboard_->scalars(done, step.metrics);
    if (step.clock != steps_.main_clock()) {
        if (!step.metrics.empty()) metrics_.write(done, since(made_), steps_.name(step.clock), step.metrics);
        return;
    }
    const bool counts = !facts_.total || done <= *facts_.total;
    if (counts || !step.metrics.empty()) metrics_.write(done, since(made_), "", step.metrics);
    if (!counts) return;
    if (trace_) trace_->step(done, step.metrics);
    progress_.step(done, expected_steps(*plan_, step.clock, usage_), step.metrics);
}

void RunReport::finish() {
    const std::scoped_lock lock(mutex_);
    progress_.finish();
    for (const auto& line : steps_.remaining_lines()) progress_.line(line);
}

RunSummary RunReport::collect() const {
    const std::uint64_t completed = steps_.completed(steps_.main_clock());
    return {.outcome = facts_.summary.outcome,
            .steps = std::min(completed, facts_.total.value_or(completed)),
            .seconds = since(started_),
            .nodes = usage_,
            .headlines = headlines_.headlines(),
            .data_counts = data_counts_.text(),
            .peak_memory = peak_memory()};
}

std::vector<NodeUsage> RunReport::summed(std::vector<NodeUsage> usage) const {
    for (std::size_t n = 0; n < earlier_usage_.size(); ++n) add_usage(usage[n], earlier_usage_[n]);
    return usage;
}

RunSummary RunReport::summary() const {
    const std::scoped_lock lock(mutex_);
    RunSummary summary = collect();
    summary.seconds += earlier_;
    summary.nodes = summed(std::move(summary.nodes));
    return summary;
}

void RunReport::write_facts(RunSummary summary) {
    const Instant began = Clock::now();
    facts_.summary = std::move(summary);
    AtomicFile file(facts_path_);
    file.write(run_facts_json(*plan_, facts_));
    file.commit();
    const Instant now = Clock::now();
    facts_due_ = now + std::max<Clock::duration>(facts_period, facts_share * (now - began));
}

void RunReport::end(const RunSummary& summary, std::vector<std::string> failures) {
    const std::scoped_lock lock(mutex_);
    facts_.failures = std::move(failures);
    RunSummary own = summary;  // each process of a run has a record of its own
    own.seconds -= earlier_;
    own.nodes = usage_;
    write_facts(std::move(own));
    if (!trace_) return;
    trace_->finish();
    progress_.line("  written: " + trace_->path().string());
}

}  // namespace anabranch::framework
