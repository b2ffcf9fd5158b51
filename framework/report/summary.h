#pragma once

#include <framework/report/headline.h>

#include <cstdint>
#include <string>
#include <vector>

namespace anabranch::framework {

/// What one node did in a run.
struct NodeUsage {
    std::string name;
    std::uint64_t calls = 0;
    double seconds = 0;
};

/// The most packets that have been in one place at once.
struct HighWater {
    std::string place;  ///< "prompts" (in flight), "rollout -> update.rollout" (waiting)
    std::uint64_t packets = 0;
    std::uint64_t limit = 0;  ///< 0: bounded by the sources alone
};

struct RunSummary {
    std::string outcome{};  ///< "done", "interrupted", "failed"
    std::uint64_t steps = 0;
    double seconds = 0;
    std::vector<NodeUsage> nodes{};
    std::vector<HighWater> in_flight{};
    std::vector<HighWater> waiting{};
    std::vector<HighWater> kept{};  ///< by side inputs
    std::vector<Headline> headlines{};
    std::string data_counts{};  ///< see DataCounts::text
    std::uint64_t peak_memory = 0;
    std::vector<std::string> written{};
};

/// As lines for a person.
[[nodiscard]] std::vector<std::string> summary_lines(const RunSummary& summary);

}  // namespace anabranch::framework
