#pragma once

#include <framework/report/headline.h>

#include <cstdint>
#include <string>
#include <vector>

namespace anabranch::framework {

/// How long calls waited from when their inputs were there until they began, in seconds, and for what.
struct Waits {
    double itself = 0;     ///< the node's call before
    double resources = 0;  ///< what another node used
    double worker = 0;     ///< a thread
    [[nodiscard]] double total() const { return itself + resources + worker; }
};

/// What one node did in a run.
struct NodeUsage {
    struct Output {
        std::uint64_t packets = 0;
        std::int64_t rows = 0;
    };
    std::string name;
    std::uint64_t calls = 0;
    double seconds = 0;  ///< in its body
    Waits waits{};
    std::vector<Output> outputs{};
};

/// Adds what the same node did in an earlier process of the run.
void add_usage(NodeUsage& to, const NodeUsage& other);

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
