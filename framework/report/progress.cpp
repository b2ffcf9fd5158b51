#include <anabranch/error.h>
#include <framework/report/progress.h>
#include <framework/report/text.h>

#include <algorithm>

namespace anabranch::framework {

using Clock = std::chrono::steady_clock;

namespace {

constexpr double short_time = 1;  ///< seconds; less is not worth a figure

}  // namespace

void Progress::line(const std::string& text) {
    console_->line(text);
    last_line_ = Clock::now();
    quiet_.reset();
}

void Progress::phase(std::string text) {
    phase_ = std::move(text);
    phase_began_ = Clock::now();
    last_status_ = {};
    if (phase_.empty()) console_->clear_status();
    refresh();
}

void Progress::start(std::uint64_t done, std::optional<std::uint64_t> total) {
    phase({});
    started_ = true;
    done_ = done;
    count_.total = total;
    last_step_line_ = Clock::now();
    rate_.start(last_step_line_);
}

void Progress::call(std::size_t node, std::uint64_t sequence) {
    calls_.emplace(std::pair{node, sequence}, Clock::now());
    refresh();
}

void Progress::call_over(std::size_t node, std::uint64_t sequence) {
    calls_.erase({node, sequence});
    refresh();
}

void Progress::step(std::uint64_t done, std::optional<std::uint64_t> expected, const Metrics& metrics) {
    const Instant now = Clock::now();
    rate_.step(now);
    done_ = done;
    count_.expected = expected;
    if (auto texts = usual_texts(metrics); !texts.empty()) usual_ = std::move(texts);
    // Thousands of quick steps that measure nothing are not worth a line each.
    const bool worth = !metrics.empty() || count_.total == done || seconds_between(last_step_line_, now) >= 1;
    if (!worth) return;
    last_step_line_ = now;
    line(step_line(done, count_, metrics, rate_.seconds_per_step()));
}

void Progress::finish() {
    started_ = false;
    calls_.clear();
    phase({});
}

std::string Progress::running(Instant now) const {
    std::map<std::size_t, Instant> since;
    for (const auto& [call, began] : calls_) {
        const auto [entry, added] = since.emplace(call.first, began);
        if (!added) entry->second = std::min(entry->second, began);
    }
    std::string text;
    for (const auto& [node, began] : since) {
        text += (text.empty() ? "" : ", ") + plan_->nodes[node].name;
        const double seconds = seconds_between(began, now);
        if (seconds >= short_time) text += " " + duration_text(seconds);
    }
    return text;
}

std::vector<std::string> Progress::parts(Instant now) const {
    if (!phase_.empty()) {
        const double seconds = seconds_between(phase_began_, now);
        return {phase_ + " ...", seconds >= short_time ? duration_text(seconds) : std::string()};
    }
    if (!started_) return {};
    const auto& total = count_.total;
    const bool over = total && done_ >= *total;
    std::vector<std::string> parts{over ? "after " + step_text(done_, total) : step_text(done_ + 1, total)};
    parts.push_back(running(now));
    const double each = rate_.seconds_per_step();
    parts.push_back(eta_text(done_, count_, each));
    if (each > 0) parts.push_back(rate_text(each));
    parts.insert(parts.end(), usual_.begin(), usual_.end());
    return parts;
}

void Progress::refresh() {
    const Instant now = Clock::now();
    if (console_->terminal()) {
        // Of quick calls nobody could read every one.
        if (seconds_between(last_status_, now) < 0.1) return;
        last_status_ = now;
        console_->status(parts(now));
        return;
    }
    if (!quiet_.due(seconds_between(last_line_, now))) return;
    std::string text;
    for (const auto& part : parts(now)) {
        if (!part.empty()) text += (text.empty() ? "" : "  ") + part;
    }
    if (!text.empty()) console_->line("  still at work: " + text);
}

}  // namespace anabranch::framework
