#include "anabranch/lm/text/best_fit.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {

std::vector<std::vector<std::size_t>> best_fit(std::span<const std::size_t> lengths, std::size_t capacity) {
    std::vector<std::size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
    std::vector<std::vector<std::size_t>> bins;
    std::set<std::pair<std::size_t, std::size_t>> room;  // left in a bin, the bin
    for (const std::size_t item : order) {
        const std::size_t length = lengths[item];
        if (length > capacity) throw Error(cat("item ", item, " of length ", length, " fits no bin of ", capacity));
        auto chosen = room.lower_bound({length, 0});
        if (chosen == room.end()) {
            chosen = room.emplace(capacity, bins.size()).first;
            bins.emplace_back();
        }
        const auto [left, bin] = *chosen;
        room.erase(chosen);
        room.emplace(left - length, bin);
        bins[bin].push_back(item);
    }
    return bins;
}

}  // namespace anabranch::lm
