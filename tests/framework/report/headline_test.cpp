#include <doctest/doctest.h>
#include <framework/report/headline.h>

#include <cmath>

namespace anabranch::framework {

TEST_CASE("a headline compares the first tenth of a run with the last") {
    HeadlineTracker tracker({"loss", "accuracy"});
    for (int step = 0; step < 20; ++step) tracker.add({{"loss", step}, {"other", 1}});
    const auto headlines = tracker.headlines();
    REQUIRE(headlines.size() == 2);
    CHECK(headlines[0].values == 20);
    CHECK(headlines[0].first == doctest::Approx(0.5));
    CHECK(headlines[0].last == doctest::Approx(18.5));
    CHECK(change_text(headlines[0]) == "0.5 -> 18.5 (means of 2 of 20)");
    CHECK(change_text(headlines[1]) == "never measured");
}

TEST_CASE("few values are shown as they are, and what is no number is passed over") {
    HeadlineTracker tracker({"loss"});
    tracker.add({{"loss", NAN}});
    tracker.add({{"loss", 4}});
    CHECK(change_text(tracker.headlines().front()) == "4");
    tracker.add({{"loss", 2}});
    CHECK(change_text(tracker.headlines().front()) == "4 -> 2");
}

TEST_CASE("without names the usual metrics are told, those that there are") {
    HeadlineTracker tracker({});
    CHECK(tracker.headlines().empty());
    tracker.add({{"train/loss", 3}, {"loss", 7}, {"ppo/mean_scores", 1}});
    tracker.add({{"train/loss", 2}, {"loss", 7}});
    const auto headlines = tracker.headlines();
    REQUIRE(headlines.size() == 2);
    CHECK(headlines[0].name == "ppo/mean_scores");
    CHECK(headlines[1].name == "train/loss");
    CHECK(headlines[1].values == 2);
}

}  // namespace anabranch::framework
