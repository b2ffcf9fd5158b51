#pragma once

#include <framework/report/metrics_file.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace anabranch::framework {

// Records of a TensorBoard event file: what stands in it for one Event each, ready to be appended. `wall_time`: seconds
// since 1970.

/// The first record of every file.
[[nodiscard]] std::string version_record(double wall_time);
/// All metrics of a step.
[[nodiscard]] std::string scalars_record(double wall_time, std::uint64_t step, const Metrics& metrics);
/// A text, which TensorBoard shows as Markdown.
[[nodiscard]] std::string text_record(double wall_time, std::uint64_t step, std::string_view tag,
                                      std::string_view text);

}  // namespace anabranch::framework
