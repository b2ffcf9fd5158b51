#include <anabranch/error.h>
#include <anabranch/lm/train/schedule.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace anabranch::lm {

ScheduleKind schedule_named(std::string_view name) {
    if (name == "constant") return ScheduleKind::constant;
    if (name == "linear") return ScheduleKind::linear;
    if (name == "cosine") return ScheduleKind::cosine;
    throw Error(cat("there is no schedule '", name, "'; there are constant, linear and cosine"));
}

double Schedule::factor(std::int64_t step) const {
    const auto done = static_cast<double>(step);
    const auto warmup = static_cast<double>(warmup_steps);
    if (step < warmup_steps) return done / warmup;
    if (kind == ScheduleKind::constant) return 1;
    const double length = std::max(1.0, static_cast<double>(total_steps) - warmup);
    if (kind == ScheduleKind::linear) return std::max(0.0, (static_cast<double>(total_steps) - done) / length);
    return std::max(0.0, 0.5 * (1.0 + std::cos(std::numbers::pi * (done - warmup) / length)));
}

void check(const Schedule& schedule) {
    if (schedule.warmup_steps < 0) throw Error(cat("warmup_steps is ", schedule.warmup_steps, "; expected at least 0"));
    if (schedule.kind != ScheduleKind::constant && schedule.total_steps < 1) {
        throw Error("a linear or cosine schedule needs the number of steps after which the learning rate is 0");
    }
}

}  // namespace anabranch::lm
