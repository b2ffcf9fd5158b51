#pragma once

#include <framework/report/summary.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

struct Plan;

/// How a run was started.
struct RunSettings {
    std::string engine{};
    int workers = 1;
    int threads = 1;
};

/// What run.json tells of one process of a run, beside its plan and the machine.
struct RunFacts {
    RunSettings settings{};
    std::string started{};                 ///< local time, ISO 8601
    std::vector<std::string> loaded{};     ///< a line for each resource
    RunSummary summary{};                  ///< `outcome`: "running" until the end
    std::string clock{};                   ///< the node that starts the clock of steps
    std::optional<std::uint64_t> total{};  ///< steps that the run will have at most, when that is known
    std::vector<std::string> failures{};
};

/// The text of run.json: what a page on the run needs and the run's other files do not tell, the drawing of the graph
/// among it.
[[nodiscard]] std::string run_facts_json(const Plan& plan, const RunFacts& facts);

}  // namespace anabranch::framework
