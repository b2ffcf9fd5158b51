#pragma once

#include <framework/report/metrics_file.h>
#include <framework/report/summary.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// A metric over the steps of a clock.
struct Series {
    std::string name;
    std::string clock;                       ///< empty: the run's steps
    std::map<std::uint64_t, double> values;  ///< by step; NaN where the run had no number
};

/// What a node printed in a call, as rows of named texts where it can be read so.
struct Printed {
    struct Row {
        std::string title;                                       ///< "packet 3, row 0"
        std::vector<std::pair<std::string, std::string>> cells;  ///< names and texts
    };
    std::uint64_t step = 0;
    std::string node;
    std::vector<std::string> lines;
    std::vector<Row> rows;  ///< empty: the lines have another form
};

/// What run.json tells, of all processes of a run together.
struct RunRecord {
    struct Node {
        std::string type;
        std::string plugin;
        NodeUsage usage;
        std::vector<std::string> outputs;  ///< the names of usage.outputs
    };
    struct Edge {
        std::string kind;  ///< "data", "side" or "feedback"
        std::string from;
        std::string output;
        std::string to;
        std::string input;
        std::uint64_t credits = 0;
    };
    struct Use {
        std::string resource;
        std::string node;  ///< empty: another resource is made from it
        std::string made;
        bool writes = false;
    };
    std::string name;
    std::string outcome;  ///< "done", "failed", "interrupted"; "running": no end was written
    std::string started;
    double seconds = 0;
    std::uint64_t steps = 0;
    std::optional<std::uint64_t> total;
    std::size_t processes = 0;
    std::vector<std::string> headline;
    std::vector<std::pair<std::string, std::string>> settings;  ///< for a table
    std::vector<std::string> loaded;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<std::pair<std::string, std::string>> resources;  ///< names and types
    std::vector<Use> uses;
    std::vector<HighWater> in_flight;
    std::map<std::string, std::uint64_t> waiting;  ///< the most packets by edge_place, side inputs too
    std::vector<std::string> written;
    std::vector<std::string> failures;
};

/// All that a run's folder tells.
struct RunData {
    std::filesystem::path folder;
    std::string graph;  ///< graph.yaml
    std::optional<RunRecord> record;
    std::vector<Series> series;  ///< in the order in which the run first gave them
    std::vector<Metrics> steps;  ///< every line of metrics.jsonl, in order
    std::vector<Printed> printed;
    double last_wall_seconds = 0;
};

/// As run.json names the places where packets wait.
[[nodiscard]] std::string edge_place(const RunRecord::Edge& edge);

/// Reads the folder of a run. Files that are not there are left out, and so is the end of one that a killed run left
/// torn. Throws an Error that says what to name for a folder that keeps no run, and for files that no run wrote.
[[nodiscard]] RunData read_run(const std::filesystem::path& folder);

/// The folders of the runs that `folder` keeps, in the order in which they were started: itself, or the stages of a
/// chain. Throws when there are none.
[[nodiscard]] std::vector<std::filesystem::path> run_folders(const std::filesystem::path& folder);

/// Reads lines as sink.print writes them: "packet 3, row 0", then "  name   text" for each column.
[[nodiscard]] std::vector<Printed::Row> printed_rows(const std::vector<std::string>& lines);

/// run.json and its likes, one for each process of a run.
[[nodiscard]] std::optional<RunRecord> read_records(const std::filesystem::path& folder);

}  // namespace anabranch::framework
