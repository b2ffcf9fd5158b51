#pragma once

#include <framework/report/metrics_file.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// "step 3/40"; without a known total "step 3".
[[nodiscard]] std::string step_text(std::uint64_t step, std::optional<std::uint64_t> total);
/// "reward 0.42", "kl 0.11", "loss 0.03": those of them that `metrics` has.
[[nodiscard]] std::vector<std::string> usual_texts(const Metrics& metrics);
/// "2.3 s/step"
[[nodiscard]] std::string rate_text(double seconds_per_step);

/// How many steps a run will have: known, or foretold by what its nodes made of their packets so far.
struct StepCount {
    std::optional<std::uint64_t> total{};
    std::optional<std::uint64_t> expected{};
};

/// "ETA 1m20s", "ETA about 1m20s" of a foretold count; empty when nothing is left or can be said.
[[nodiscard]] std::string eta_text(std::uint64_t done, const StepCount& count, double seconds_per_step);

/// "step 3/40  reward 0.42  kl 0.11  loss 0.03  2.3 s/step  ETA 1m20s". `done`: steps up to and with this one.
[[nodiscard]] std::string step_line(std::uint64_t done, const StepCount& count, const Metrics& metrics,
                                    double seconds_per_step);

}  // namespace anabranch::framework
