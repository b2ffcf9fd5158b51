#pragma once

#include <cstdint>
#include <string_view>

namespace anabranch::lm {

enum class ScheduleKind : std::uint8_t { constant, linear, cosine };
/// "constant", "linear" or "cosine"; another name is an Error that lists them.
[[nodiscard]] ScheduleKind schedule_named(std::string_view name);

/// How the learning rate moves, as transformers' get_scheduler computes it: up from 0 over the warm-up, then constant,
/// or down to 0 at the last step in a line or along half a cosine.
struct Schedule {
    ScheduleKind kind = ScheduleKind::constant;
    std::int64_t warmup_steps = 0;
    std::int64_t total_steps = 0;  ///< of linear and cosine, the warm-up counted

    /// What step `step`, counted from 0, multiplies the learning rate by.
    [[nodiscard]] double factor(std::int64_t step) const;
};

/// Throws for a negative number, and for linear and cosine without total_steps.
void check(const Schedule& schedule);

}  // namespace anabranch::lm
