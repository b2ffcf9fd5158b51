#include <anabranch/error.h>
#include <framework/page/json_file.h>
#include <framework/page/run_data.h>
#include <framework/report/run_directory.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

void read_metrics(const fs::path& file, RunData& data) {
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    read_json_lines(file, [&](const Json& line) {
        const auto step = line.at("step").get<std::uint64_t>();
        const std::string clock = line.value("clock", "");
        data.last_wall_seconds = line.at("wall_s").get<double>();
        Metrics metrics;
        for (const auto& [name, value] : line.items()) {
            if (name == "step" || name == "wall_s" || name == "clock") continue;
            const double number = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
            metrics.emplace(name, number);
            const auto [place, added] = places.emplace(std::pair{clock, name}, data.series.size());
            if (added) data.series.push_back({name, clock, {}});
            data.series[place->second].values[step] = number;
        }
        data.steps.push_back(std::move(metrics));
    });
}

void read_printed(const fs::path& file, RunData& data) {
    read_json_lines(file, [&](const Json& line) {
        Printed printed{line.at("step").get<std::uint64_t>(),
                        line.at("node").get<std::string>(),
                        line.at("lines").get<std::vector<std::string>>(),
                        {}};
        printed.rows = printed_rows(printed.lines);
        data.printed.push_back(std::move(printed));
    });
}

/// When a run was started, for sorting; runs that do not tell come last.
std::string started(const fs::path& folder) {
    const auto record = read_records(folder);
    return record ? record->started : "~";
}

bool keeps_run(const fs::path& folder) {
    return fs::is_regular_file(folder / RunDirectory::graph_file);
}

}  // namespace

std::string edge_place(const RunRecord::Edge& edge) {
    return cat(edge.from, " -> ", edge.to, ".", edge.input);
}

std::vector<Printed::Row> printed_rows(const std::vector<std::string>& lines) {
    std::vector<Printed::Row> rows;
    for (const auto& line : lines) {
        if (!line.starts_with("  ")) {
            if (line.find("packet ") == std::string::npos) return {};
            rows.push_back({line, {}});
            continue;
        }
        const auto end = line.find(' ', 2);
        const auto value = end == std::string::npos ? end : line.find_first_not_of(' ', end);
        if (rows.empty() || end == std::string::npos || end == 2) return {};
        rows.back().cells.emplace_back(line.substr(2, end - 2),
                                       value == std::string::npos ? std::string() : line.substr(value));
    }
    return rows;
}

RunData read_run(const fs::path& folder) {
    RunData data;
    data.folder = folder;
    data.graph = text_of(RunDirectory::graph_of(folder));
    data.record = read_records(folder);
    read_metrics(folder / RunDirectory::metrics_file, data);
    read_printed(folder / RunDirectory::printed_file, data);
    return data;
}

std::vector<fs::path> run_folders(const fs::path& folder) {
    std::error_code ignored;
    if (keeps_run(folder) || !fs::is_directory(folder, ignored))
        return {RunDirectory::graph_of(folder).parent_path()};  // which has the error for a folder that is none
    std::vector<std::pair<std::string, fs::path>> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (keeps_run(entry.path())) found.emplace_back(started(entry.path()), entry.path());
    }
    if (found.empty()) throw Error(cat(folder.string(), " holds no run (no graph.yaml); name the --out of a run"));
    std::ranges::sort(found);
    std::vector<fs::path> folders;
    for (auto& [time, path] : found) folders.push_back(std::move(path));
    return folders;
}

}  // namespace anabranch::framework
