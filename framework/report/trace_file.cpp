#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/report/trace_file.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace anabranch::framework {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_buffered = 1U << 16U;
constexpr double longest_buffered = 1;  ///< seconds

// What the format calls processes: groups of tracks.
constexpr int work = 1;
constexpr int waiting = 2;

/// In microseconds, to a nanosecond.
std::string micros(double seconds) {
    return json_number(std::round(seconds * 1e9) / 1e3);
}

std::string name_event(std::string_view what, int group, int track, const std::string& name) {
    return cat("{\"ph\":\"M\",\"name\":\"", what, "\",\"pid\":", group, ",\"tid\":", track,
               ",\"args\":{\"name\":", json_quote(name), "}}");
}

/// The resources that calls of the node hold and may have to wait for.
std::string held(const Plan& plan, const PlanNode& node) {
    std::string names;
    for (const auto& use : node.uses) {
        if (use.view.empty() && !use.snapshot) names += (names.empty() ? "" : ", ") + plan.resources[use.resource].name;
    }
    return names;
}

}  // namespace

TraceFile::TraceFile(std::filesystem::path path, const Plan& plan, Instant origin)
    : plan_(&plan), file_(std::move(path)), origin_(origin), flushed_(Clock::now()) {
    add(name_event("process_name", work, 0, plan.name.empty() ? "graph" : plan.name));
    add(name_event("process_name", waiting, 0, "calls that wait, from their last input to their start"));
    flush();
}

TraceFile::~TraceFile() {
    flush();
}

void TraceFile::add(const std::string& event) {
    if (!problem_.empty()) return;
    buffer_ += first_ ? "[\n" : ",\n";
    first_ = false;
    buffer_ += event;
    if (buffer_.size() >= most_buffered || seconds_between(flushed_, Clock::now()) >= longest_buffered) flush();
}

void TraceFile::flush() {
    flushed_ = Clock::now();
    try {
        if (!buffer_.empty()) file_.append(buffer_);
    } catch (const Error& error) {
        problem_ = error.what();
    }
    buffer_.clear();
}

std::string TraceFile::time(Instant instant) const {
    return micros(seconds_between(origin_, instant));
}

int TraceFile::track() {
    const auto [entry, added] = tracks_.emplace(std::this_thread::get_id(), static_cast<int>(tracks_.size()) + 1);
    if (added) add(name_event("thread_name", work, entry->second, cat("thread ", entry->second)));
    return entry->second;
}

void TraceFile::call(const CallRecord& record, bool failed) {
    if (record.times.started == Instant{}) return;  // the end of a stream that no body heard of
    const int number = track();
    const PlanNode& node = plan_->nodes[record.node];
    std::string args = cat("\"packet\":", record.sequence, ",\"type\":", json_quote(node.spec.name));
    std::int64_t rows = 0;
    for (const auto& given : record.given) rows = std::max(rows, given.rows);
    if (rows > 0) args += cat(",\"rows\":", rows);
    add(cat("{\"ph\":\"X\",\"cat\":\"",
            failed                                ? "failed"
            : record.last && !node.inputs.empty() ? "flush"
                                                  : "process",
            "\",\"name\":", json_quote(node.name), ",\"pid\":", work, ",\"tid\":", number,
            ",\"ts\":", time(record.times.started), ",\"dur\":", micros(record.seconds), ",\"args\":{", args, "}}"));
    arrows(record, number);
    waits(record);
    if (record.save_seconds > 1e-5) {
        const auto length =
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(record.save_seconds));
        span("save " + node.name, Clock::now() - length, record.save_seconds);
    }
}

void TraceFile::span(const std::string& name, Instant began, double seconds) {
    add(cat("{\"ph\":\"X\",\"cat\":\"other\",\"name\":", json_quote(name), ",\"pid\":", work, ",\"tid\":", track(),
            ",\"ts\":", time(began), ",\"dur\":", micros(seconds), "}"));
}

void TraceFile::waits(const CallRecord& record) {
    const PlanNode& node = plan_->nodes[record.node];
    const std::string id = cat(record.node, ".", record.sequence, record.last ? ".end" : "");
    const auto phase = [&](const std::string& name, Instant from, Instant to) {
        for (const auto& [kind, at] : {std::pair{'b', from}, std::pair{'e', to}})
            add(cat("{\"ph\":\"", kind, "\",\"cat\":\"wait\",\"name\":", json_quote(name), ",\"id\":\"", id,
                    "\",\"pid\":", waiting, ",\"tid\":0,\"ts\":", time(at), ",\"args\":{\"packet\":", record.sequence,
                    "}}"));
    };
    const CallTimes& times = record.times;
    phase(node.name, times.complete, times.started);
    constexpr double visible = 1e-6;
    if (seconds_between(times.complete, times.free) > visible) phase("the call before", times.complete, times.free);
    if (seconds_between(times.free, times.admitted) > visible)
        phase("in use: " + held(*plan_, node), times.free, times.admitted);
    if (seconds_between(times.admitted, times.started) > visible) phase("a free thread", times.admitted, times.started);
}

/// One for each packet and node that takes it.
void TraceFile::arrows(const CallRecord& record, int track) {
    const PlanNode& node = plan_->nodes[record.node];
    const auto arrow = [&](char kind, std::size_t from, const std::string& output, std::uint64_t packet, std::size_t to,
                           const std::string& port, Instant at) {
        add(cat("{\"ph\":\"", kind, "\"", kind == 'f' ? ",\"bp\":\"e\"" : "", ",\"cat\":\"packet\",\"name\":\"packet\"",
                ",\"id\":", json_quote(cat(from, ".", output, ".", packet, ".", to, ".", port)), ",\"pid\":", work,
                ",\"tid\":", track, ",\"ts\":", time(at), "}"));
    };
    if (!record.last) {
        for (const auto& input : node.inputs)
            arrow('f', input.node, input.output, record.sequence, record.node, input.port, record.times.started);
    }
    // Within the span: an arrow that leaves at its very end is taken for the next one's.
    const auto inside =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(record.seconds * 0.999));
    for (std::size_t n = 0; n < plan_->nodes.size(); ++n) {
        for (const auto& input : plan_->nodes[n].inputs) {
            if (input.node != record.node) continue;
            const auto port = std::ranges::find(node.spec.outputs, input.output, &Port::name);
            const auto& given = record.given.at(static_cast<std::size_t>(port - node.spec.outputs.begin()));
            for (std::uint64_t p = given.first; p < given.first + given.packets; ++p)
                arrow('s', record.node, input.output, p, n, input.port, record.times.started + inside);
        }
    }
}

void TraceFile::in_flight(std::size_t source, std::uint64_t packets) {
    const auto [entry, added] = in_flight_.emplace(source, packets);
    if (!added && std::exchange(entry->second, packets) == packets) return;
    add(cat("{\"ph\":\"C\",\"name\":", json_quote("in flight: " + plan_->nodes[source].name), ",\"pid\":", work,
            ",\"ts\":", time(Clock::now()), ",\"args\":{\"packets\":", packets, "}}"));
}

void TraceFile::step(std::uint64_t step, const Metrics& metrics) {
    std::string args;
    for (const auto& [name, value] : metrics)
        args += cat(args.empty() ? "" : ",", json_quote(name), ":", json_number(value));
    add(cat("{\"ph\":\"i\",\"s\":\"p\",\"name\":\"step ", step, "\",\"pid\":", work, ",\"tid\":", track(),
            ",\"ts\":", time(Clock::now()), ",\"args\":{", args, "}}"));
}

void TraceFile::finish() {
    buffer_ += "\n]\n";
    flush();
    if (!problem_.empty()) throw Error(problem_);
}

}  // namespace anabranch::framework
