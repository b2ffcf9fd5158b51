#include <anabranch/error.h>
#include <framework/report/headline.h>
#include <framework/report/text.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace anabranch::framework {

HeadlineTracker::HeadlineTracker(const std::vector<std::string>& names) : named_(!names.empty()) {
    for (const auto& name : names) series_.push_back({{name}, name});
    if (named_) return;
    for (const auto& usual : usual_metrics) series_.push_back({{usual.names.begin(), usual.names.end()}});
}

void HeadlineTracker::add(const Metrics& metrics) {
    for (auto& series : series_) {
        for (const auto& name : series.names) {
            const auto found = metrics.find(name);
            if (found == metrics.end() || !std::isfinite(found->second)) continue;
            if (series.name.empty()) series.name = name;
            if (series.name == name) series.values.push_back(found->second);
            break;
        }
    }
}

std::vector<Headline> HeadlineTracker::headlines() const {
    std::vector<Headline> headlines;
    for (const auto& series : series_) {
        const auto& values = series.values;
        if (values.empty() && !named_) continue;
        Headline headline{.name = series.name, .values = values.size()};
        if (!values.empty()) {
            const std::size_t tenth = std::max<std::size_t>(1, values.size() / 10);
            const auto mean = [&](auto first) {
                return std::accumulate(first, first + static_cast<std::ptrdiff_t>(tenth), 0.0) /
                       static_cast<double>(tenth);
            };
            headline.mean_of = tenth;
            headline.first = mean(values.begin());
            headline.last = mean(values.end() - static_cast<std::ptrdiff_t>(tenth));
        }
        headlines.push_back(std::move(headline));
    }
    return headlines;
}

void HeadlineTracker::save_state(State& state) const {
    for (std::size_t i = 0; i < series_.size(); ++i) {
        state.set(cat("headlines.", i, ".name"), series_[i].name);
        state.set(cat("headlines.", i, ".values"), Column(Array::of(series_[i].values)));
    }
}

void HeadlineTracker::load_state(const State& state) {
    for (std::size_t i = 0; i < series_.size() && state.has(cat("headlines.", i, ".name")); ++i) {
        series_[i].name = state.text(cat("headlines.", i, ".name"));
        const auto values = state.array(cat("headlines.", i, ".values")).values<double>();
        series_[i].values.assign(values.begin(), values.end());
    }
}

std::string change_text(const Headline& headline) {
    if (headline.values == 0) return "never measured";
    if (headline.values == 1) return metric_text(headline.first);
    return cat(metric_text(headline.first), " -> ", metric_text(headline.last),
               headline.mean_of == 1 ? "" : cat(" (means of ", headline.mean_of, " of ", headline.values, ")"));
}

}  // namespace anabranch::framework
