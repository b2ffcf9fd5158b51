#pragma once

#include <framework/page/run_data.h>

#include <string>

namespace anabranch::framework {

// The parts of the page of one run, as HTML; empty when the run tells nothing of it. `id`: begins the ids within.

/// What improved: first and last values of the metrics that tell how the run went.
[[nodiscard]] std::string headline_section(const RunData& run);
/// Why it failed.
[[nodiscard]] std::string failure_section(const RunData& run);
/// Every metric over the steps, by the part of its name before the slash.
[[nodiscard]] std::string curve_section(const RunData& run);
/// What nodes printed, from the first step to the last.
[[nodiscard]] std::string answer_section(const RunData& run);
/// The graph with time and traffic on it.
[[nodiscard]] std::string graph_section(const RunData& run, const std::string& id);
/// The same in figures.
[[nodiscard]] std::string node_section(const RunData& run);
/// The graph's text, the machine, what was written.
[[nodiscard]] std::string setting_section(const RunData& run);

/// The graph alone, as SVG.
[[nodiscard]] std::string graph_picture(const RunRecord& record, const std::string& id);

}  // namespace anabranch::framework
