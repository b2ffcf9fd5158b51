#include <anabranch/error.h>
#include <framework/report/data_counts.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

constexpr std::string_view prefix = "data/";

}  // namespace

void DataCounts::add(const std::string& node, const Metrics& metrics) {
    for (auto metric = metrics.lower_bound(prefix); metric != metrics.end() && metric->first.starts_with(prefix);
         ++metric) {
        if (metric->second > 0)
            sums_[{node, metric->first.substr(prefix.size())}] += static_cast<std::uint64_t>(metric->second);
    }
}

std::string DataCounts::text() const {
    std::string text;
    for (const auto& [name, count] : sums_) {
        const auto& [node, what] = name;
        const std::size_t done = what.find('_');
        std::string things = done == std::string::npos ? "" : " " + what.substr(done + 1);
        std::ranges::replace(things, '_', ' ');
        text += cat(text.empty() ? "" : ", ", node, " ", what.substr(0, done), " ", count, things);
    }
    return text;
}

}  // namespace anabranch::framework
