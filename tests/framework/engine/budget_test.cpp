#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <framework/engine/budget.h>

using namespace anabranch;
using namespace anabranch::framework;

TEST_CASE("the thread budget: one worker with all cores unless asked otherwise") {
    const Budget standard = settle_budget(0, 0, 8);
    CHECK(standard.workers == 1);
    CHECK(standard.threads == 8);
    CHECK(settle_budget(4, 0, 8).threads == 2);
    CHECK(settle_budget(3, 0, 8).threads == 2);
    CHECK(settle_budget(16, 0, 8).threads == 1);
    CHECK(settle_budget(0, 3, 8).threads == 3);
    CHECK(settle_budget(0, 3, 8).workers == 1);
}

TEST_CASE("the thread budget is told, with a warning when it is more than the cores") {
    CHECK(settle_budget(1, 2, 2).text() == "1 worker x 2 threads on 2 cores");
    CHECK(settle_budget(2, 1, 1).text() ==
          "2 workers x 1 thread on 1 core (more threads than cores: expect it to be slower)");
    CHECK_THROWS_WITH_AS((void)settle_budget(-1, 0, 2), doctest::Contains("--workers and --threads"), Error);
    CHECK(usable_cores() >= 1);
}
