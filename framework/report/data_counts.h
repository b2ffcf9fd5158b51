#pragma once

#include <anabranch/state.h>
#include <framework/report/metrics_file.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace anabranch::framework {

/// Sums up the metrics called data/DONE_WHAT, such as data/dropped_rows: what nodes left out or cut of the data, which
/// nobody should have to add up from metrics.jsonl.
class DataCounts {
  public:
    void add(const std::string& node, const Metrics& metrics);
    /// "tokens dropped 31 pairs, texts truncated 3 rows", by nodes; nothing of what is zero.
    [[nodiscard]] std::string text() const;

    /// All sums; the entry is "data_counts".
    void save_state(State& state) const;
    void load_state(const State& state);

  private:
    std::map<std::pair<std::string, std::string>, std::uint64_t> sums_;  ///< by node and "dropped_rows"
};

}  // namespace anabranch::framework
