#include <doctest/doctest.h>
#include <framework/report/quiet.h>
#include <framework/report/step_rate.h>

#include <vector>

using namespace anabranch::framework;

TEST_CASE("a run that prints nothing says after 30 s that it is at work, and then ever more seldom") {
    Quiet quiet;
    std::vector<int> words;
    for (int second = 0; second < 3000; ++second) {
        if (quiet.due(second)) words.push_back(second);
    }
    CHECK(words == std::vector<int>{30, 60, 120, 240, 480, 960, 1560, 2160, 2760});
    CHECK_FALSE(quiet.due(29));
    quiet.reset();
    CHECK_FALSE(quiet.due(29));
    CHECK(quiet.due(30));
}

TEST_CASE("the rate is that of the last twenty steps") {
    StepRate rate;
    Instant now{};
    const auto pass = [&now](int seconds) { return now += std::chrono::seconds(seconds); };
    rate.start(pass(5));
    CHECK(rate.seconds_per_step() == 0);
    rate.step(pass(100));
    CHECK(rate.seconds_per_step() == 100);
    for (int i = 0; i < 19; ++i) rate.step(pass(2));
    CHECK(rate.seconds_per_step() == (100 + 19 * 2) / 20.0);
    rate.step(pass(2));
    CHECK(rate.seconds_per_step() == 2);
}
