#include <doctest/doctest.h>
#include <framework/report/step_line.h>
#include <framework/report/text.h>

using namespace anabranch::framework;

TEST_CASE("durations, sizes and figures as a person reads them") {
    CHECK(duration_text(0) == "0 s");
    CHECK(duration_text(0.0000042) == "0.0042 ms");
    CHECK(duration_text(0.042) == "42 ms");
    CHECK(duration_text(0.0995) == "0.1 s");
    CHECK(duration_text(0.12) == "0.12 s");
    CHECK(duration_text(0.999) == "1.0 s");
    CHECK(duration_text(2.345) == "2.3 s");
    CHECK(duration_text(99.94) == "99.9 s");
    CHECK(duration_text(99.96) == "1m40s");
    CHECK(duration_text(80 * 60 + 5) == "1h20m");
    CHECK(duration_text(3599.6) == "1h00m");
    CHECK(bytes_text(0) == "0 kB");
    CHECK(bytes_text(345600000) == "346 MB");
    CHECK(bytes_text(1234000000) == "1.2 GB");
    CHECK(metric_text(0.42345) == "0.423");
    CHECK(metric_text(-12.34) == "-12.3");
    CHECK(metric_text(1.41e-5) == "1.41e-05");
    CHECK(counted(1, "step") == "1 step");
    CHECK(counted(0, "step") == "0 steps");
    CHECK(peak_memory() > 1000000);
}

TEST_CASE("a step line shows reward, KL and loss when there are such, the rate, and what is left") {
    const Metrics metrics{{"env/reward_mean", 0.42}, {"objective/kl", 0.11}, {"ppo/loss/total", -0.03}, {"other", 7}};
    CHECK(step_line(3, {.total = 40}, metrics, 2.3) ==
          "step 3/40  reward 0.42  kl 0.11  loss -0.03  2.3 s/step  ETA 85.1 s");
    CHECK(step_line(40, {.total = 40}, metrics, 2) == "step 40/40  reward 0.42  kl 0.11  loss -0.03  2.0 s/step");
    CHECK(step_line(3, {}, {}, 2) == "step 3  2.0 s/step");
    CHECK(step_line(3, {.expected = 13}, {}, 2) == "step 3  2.0 s/step  ETA about 20.0 s");
    CHECK(eta_text(3, {.total = 40, .expected = 13}, 2) == "ETA about 20.0 s");
    CHECK(eta_text(3, {.total = 13, .expected = 40}, 2) == "ETA 20.0 s");
    CHECK(step_line(13, {.expected = 13}, {}, 2) == "step 13  2.0 s/step");
    CHECK(step_line(1, {.total = 2}, {{"ppo/mean_scores", 1.5}}, 1) == "step 1/2  reward 1.5  1.0 s/step  ETA 1.0 s");
    CHECK(step_line(1, {.total = 2}, {{"env/reward_mean", 2}, {"ppo/mean_scores", 1.5}}, 1)
              .starts_with("step 1/2  reward 2  "));
}
