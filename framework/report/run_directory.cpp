#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/graph/names.h>
#include <framework/report/durable.h>
#include <framework/report/run_directory.h>

#include <ctime>
#include <utility>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

std::string now_text() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", &local)};
}

Error unusable(const fs::path& path, const fs::filesystem_error& error) {
    return Error(cat("the run folder ", path.string(), ": ", error.code().message(), "; pass another --out"));
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, bool overwrite, const std::string& graph_text) : path_(std::move(path)) {
    require_usable(path_, overwrite);
    try {
        fs::remove_all(resources());
        fs::remove_all(checkpoints());
        fs::remove_all(recorded());
        fs::remove_all(resume());
        fs::remove(best());
        fs::remove(metrics());
        fs::remove(printed());
        fs::remove_all(tensorboard());
        fs::remove(path_ / report_file);
        for (const auto name : {record_name, trace_name}) {
            for (std::size_t n = 1; fs::remove(numbered(path_, name, n)); ++n) {
            }
        }
        fs::remove(graph());
        fs::create_directories(path_);
        remove_partials(path_);
    } catch (const fs::filesystem_error& error) {
        throw unusable(path_, error);
    }
    write_graph(graph_text);
}

RunDirectory RunDirectory::resumed(fs::path path, const std::string& graph_text) {
    RunDirectory directory(std::move(path));
    try {
        fs::remove_all(directory.resources());
        fs::remove(directory.finished());
        for (const auto& folder : {directory.path(), directory.checkpoints(), directory.resume(), directory.recorded()})
            remove_partials(folder);
    } catch (const fs::filesystem_error& error) {
        throw unusable(directory.path(), error);
    }
    directory.write_graph(graph_text);
    return directory;
}

void RunDirectory::write_graph(const std::string& graph_text) const {
    AtomicFile file(graph());
    file.write(graph_text);
    file.commit();
}

void RunDirectory::require_usable(const fs::path& path, bool overwrite) {
    try {
        if (fs::exists(path) && !fs::is_directory(path)) {
            throw Error(cat(path.string(), " is a file; a run needs a folder: pass another --out"));
        }
        const bool used = fs::exists(path) && !fs::is_empty(path);
        if (used && !overwrite) {
            throw Error(
                cat(path.string(), " is not empty; pass another --out, or --overwrite to replace the run in it"));
        }
        if (used && !fs::exists(path / graph_file) && !fs::exists(path / metrics_file)) {
            throw Error(cat(path.string(), " is not empty and holds no run (neither graph.yaml nor metrics.jsonl), so ",
                            "--overwrite leaves it alone; pass another --out"));
        }
    } catch (const fs::filesystem_error& error) {
        throw unusable(path, error);
    }
}

fs::path RunDirectory::graph_of(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_regular_file(path / graph_file, ignored)) return path / graph_file;
    if (!fs::is_directory(path, ignored)) throw Error(cat(path.string(), " is no folder; name the --out of a run"));
    std::string stages;
    for (const auto& entry : fs::directory_iterator(path)) {
        if (fs::is_regular_file(entry.path() / graph_file, ignored))
            stages += cat(stages.empty() ? "" : ", ", entry.path().string());
    }
    if (stages.empty()) throw Error(cat(path.string(), " holds no run (no graph.yaml); name the --out of a run"));
    throw Error(cat(path.string(), " holds several runs, name one of them: ", stages));
}

std::string step_folder(std::uint64_t step) {
    const std::string digits = std::to_string(step);
    return "step-" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

fs::path RunDirectory::numbered(const fs::path& path, std::string_view name, std::size_t number) {
    return path / (number == 1 ? cat(name, ".json") : cat(name, "-", number, ".json"));
}

fs::path RunDirectory::next_numbered(std::string_view name) const {
    std::size_t number = 1;
    while (fs::exists(numbered(path_, name, number))) ++number;
    return numbered(path_, name, number);
}

fs::path RunDirectory::standard(const std::string& graph_name) {
    const fs::path first = fs::path("runs") / cat(folder_name(graph_name), "-", now_text());
    fs::path path = first;
    for (int n = 2; fs::exists(path); ++n) path = cat(first.string(), "-", n);
    return path;
}

}  // namespace anabranch::framework
