#include "anabranch/lm/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "anabranch/error.h"
#include "anabranch/random.h"

namespace anabranch::lm {

Split parse_split(std::string_view name) {
    const auto* found = std::find(split_names.begin(), split_names.end(), name);
    if (found == split_names.end()) {
        throw Error(cat("\"", name, "\" is not a split; expected finetune, reward, rl or evaluation"));
    }
    return static_cast<Split>(found - split_names.begin());
}

Split split_of(std::int64_t question_id, const SplitShares& shares, std::uint64_t seed, std::string_view site) {
    const auto& values = shares.values;
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    const bool usable = std::all_of(values.begin(), values.end(), [](double v) { return v >= 0.0; });
    if (!usable || !(sum > 0.0) || !std::isfinite(sum)) {
        throw Error(cat("shares of the splits are ", values[0], ", ", values[1], ", ", values[2], ", ", values[3],
                        "; expected numbers of at least 0, not all of them 0"));
    }
    Random random = Random(seed).fork("split");
    if (!site.empty()) random = random.fork(site);
    double place = random.uniform(static_cast<std::uint64_t>(question_id)) * sum;
    std::size_t split = 0;
    std::size_t last = 0;  // a split with a share, should rounding lead past the end
    for (; split < values.size(); ++split) {
        if (values[split] > 0.0) last = split;
        if (place < values[split]) break;
        place -= values[split];
    }
    return static_cast<Split>(std::min(split, last));
}

}  // namespace anabranch::lm
