#pragma once

#include <anabranch/state.h>
#include <framework/report/metrics_file.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// What people look at first, and the names under which nodes give it; the first that there is counts.
struct UsualMetric {
    std::string_view label;
    std::array<std::string_view, 3> names;
};
inline constexpr std::array<UsualMetric, 3> usual_metrics{{{"reward", {"env/reward_mean", "ppo/mean_scores"}},
                                                           {"kl", {"objective/kl"}},
                                                           {"loss", {"ppo/loss/total", "train/loss", "loss"}}}};

/// How a metric went over a run.
struct Headline {
    std::string name;
    std::size_t values = 0;   ///< 0: it was never measured
    std::size_t mean_of = 0;  ///< `first` and `last` are means of so many values: a tenth of them, at least one
    double first = 0;
    double last = 0;
};

/// Collects the metrics that tell how a run went.
class HeadlineTracker {
  public:
    /// `names` as the graph's `headline:` has them; none: the usual metrics.
    explicit HeadlineTracker(const std::vector<std::string>& names);
    void add(const Metrics& metrics);
    [[nodiscard]] std::vector<Headline> headlines() const;

    /// Every value so far; entries begin with "headlines.".
    void save_state(State& state) const;
    void load_state(const State& state);

  private:
    struct Series {
        std::vector<std::string> names{};  ///< the first one measured is taken
        std::string name{};
        std::vector<double> values{};
    };
    std::vector<Series> series_;
    bool named_;
};

/// "12.3 -> 9.81", with how many values the means are of.
[[nodiscard]] std::string change_text(const Headline& headline);

}  // namespace anabranch::framework
