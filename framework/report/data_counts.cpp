#include <anabranch/error.h>
#include <framework/report/data_counts.h>

#include <algorithm>
#include <vector>

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

void DataCounts::save_state(State& state) const {
    std::vector<std::string> nodes;
    std::vector<std::string> what;
    std::vector<std::int64_t> counts;
    for (const auto& [name, count] : sums_) {
        nodes.push_back(name.first);
        what.push_back(name.second);
        counts.push_back(static_cast<std::int64_t>(count));
    }
    state.set("data_counts", Packet({{"node", Strings(nodes)}, {"what", Strings(what)}, {"count", Array::of(counts)}}));
}

void DataCounts::load_state(const State& state) {
    const Packet& saved = state.packet("data_counts");
    for (std::size_t i = 0; i < static_cast<std::size_t>(saved.rows()); ++i) {
        sums_[{saved.strings("node")[i], saved.strings("what")[i]}] =
            static_cast<std::uint64_t>(saved.values<std::int64_t>("count")[i]);
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
