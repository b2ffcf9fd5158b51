#include <anabranch/error.h>
#include <anabranch/lm/text/best_fit.h>
#include <anabranch/random.h>
#include <doctest/doctest.h>

#include <numeric>

using anabranch::lm::best_fit;
using Bins = std::vector<std::vector<std::size_t>>;

TEST_CASE("each item goes into the fullest bin that holds it, longest first") {
    const std::vector<std::size_t> lengths{3, 7, 5, 2, 3, 5};
    // 7 | 5 5 | then 3 fits beside 7 exactly, 3 opens a bin, 2 joins it.
    CHECK(best_fit(lengths, 10) == Bins{{1, 0}, {2, 5}, {4, 3}});
    CHECK(best_fit({}, 10).empty());
    CHECK(best_fit(std::vector<std::size_t>{4, 4}, 4) == Bins{{0}, {1}});
}

TEST_CASE("no item is lost, cut or put twice, and bins are near as few as can be") {
    std::vector<std::size_t> lengths;
    const anabranch::Random random(1);
    for (std::size_t i = 0; i < 500; ++i) lengths.push_back(static_cast<std::size_t>(random.integer(1, 65, i)));
    const Bins bins = best_fit(lengths, 64);
    std::vector<int> seen(lengths.size());
    for (const auto& bin : bins) {
        std::size_t total = 0;
        for (const std::size_t item : bin) {
            ++seen[item];
            total += lengths[item];
        }
        CHECK(total <= 64);
    }
    CHECK(seen == std::vector<int>(lengths.size(), 1));
    const std::size_t tokens = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
    CHECK(bins.size() <= (tokens + 63) / 64 * 11 / 9 + 1);  // the bound of first fit decreasing
}

TEST_CASE("an item longer than a bin is refused by its number") {
    CHECK_THROWS_WITH_AS(static_cast<void>(best_fit(std::vector<std::size_t>{3, 11}, 10)),
                         "item 1 of length 11 fits no bin of 10", anabranch::Error);
}
