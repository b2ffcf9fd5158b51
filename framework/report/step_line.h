#pragma once

#include <framework/report/metrics_file.h>

#include <cstdint>
#include <optional>
#include <string>

namespace anabranch::framework {

/// "step 3/40  reward 0.42  kl 0.11  loss 0.03  2.3 s/step  ETA 1m20s". `done`: steps up to and with this one;
/// `seconds`: what they took together. Reward, KL and loss stand there when the step has them.
[[nodiscard]] std::string step_line(std::uint64_t done, std::optional<std::uint64_t> total, const Metrics& metrics,
                                    double seconds);

}  // namespace anabranch::framework
