#pragma once

#include <framework/report/summary.h>

#include <cstddef>
#include <string>
#include <vector>

namespace anabranch::framework {

struct StageSummary {
    std::string graph;
    RunSummary run;
};

/// What each stage of a chain did and improved, as a table. `stages`: how many the chain has.
[[nodiscard]] std::string chain_summary(const std::vector<StageSummary>& done, std::size_t stages);

}  // namespace anabranch::framework
