#pragma once

#include <cstdint>
#include <string>

namespace anabranch::framework {

/// "42 ms", "0.12 s", "12.3 s", "1m20s", "2h05m".
[[nodiscard]] std::string duration_text(double seconds);
/// "1.2 GB", "345 MB", decimal units.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// Three significant digits, as a person reads a metric: "0.423", "-12.3", "1.41e-05".
[[nodiscard]] std::string metric_text(double value);
/// "1 step", "2 steps".
[[nodiscard]] std::string counted(std::uint64_t count, const std::string& noun);
/// The most memory that this process has had, in bytes; 0 when the system does not tell.
[[nodiscard]] std::uint64_t peak_memory();

}  // namespace anabranch::framework
