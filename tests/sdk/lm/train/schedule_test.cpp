#include <anabranch/error.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/train/schedule.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

TEST_CASE("schedules are those of transformers' get_scheduler, warm-up and past the last step included") {
    const Json schedules = Json::read_file(golden("sft.json")).at("schedules");
    for (std::size_t i = 0; i < schedules.size(); ++i) {
        const Json recorded = schedules.at(i);
        std::string name = recorded.at("name").string();
        CAPTURE(name);
        if (name == "constant_with_warmup") name = "constant";
        const Schedule schedule{schedule_named(name), recorded.at("warmup_steps").integer(),
                                recorded.at("total_steps").integer()};
        const Json factors = recorded.at("factors");
        REQUIRE(factors.size() > 0);
        for (std::size_t step = 0; step < factors.size(); ++step) {
            CAPTURE(step);
            CHECK(schedule.factor(static_cast<std::int64_t>(step)) ==
                  doctest::Approx(factors.at(step).number()).epsilon(1e-12));
        }
    }
}

TEST_CASE("a schedule that cannot be is refused") {
    CHECK_THROWS_WITH_AS(static_cast<void>(schedule_named("cosin")),
                         "there is no schedule 'cosin'; there are constant, linear and cosine", anabranch::Error);
    CHECK_THROWS_AS(check(Schedule{ScheduleKind::cosine, 3, 0}), anabranch::Error);
    CHECK_THROWS_AS(check(Schedule{ScheduleKind::constant, -1, 0}), anabranch::Error);
    CHECK_NOTHROW(check(Schedule{ScheduleKind::constant, 3, 0}));
}
