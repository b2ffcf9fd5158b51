#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/report/run_directory.h>

#include <cctype>
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

}  // namespace

RunDirectory::RunDirectory(fs::path path, bool overwrite, const std::string& graph_text) : path_(std::move(path)) {
    try {
        if (fs::exists(path_) && !fs::is_directory(path_)) {
            throw Error(cat(path_.string(), " is a file; a run needs a folder: pass another --out"));
        }
        const bool used = fs::exists(path_) && !fs::is_empty(path_);
        if (used && !overwrite) {
            throw Error(
                cat(path_.string(), " is not empty; pass another --out, or --overwrite to replace the run in it"));
        }
        if (used && !fs::exists(graph()) && !fs::exists(metrics())) {
            throw Error(cat(path_.string(),
                            " is not empty and holds no run (neither graph.yaml nor metrics.jsonl), so ",
                            "--overwrite leaves it alone; pass another --out"));
        }
        fs::remove_all(resources());
        fs::remove(metrics());
        fs::remove(graph());
        fs::create_directories(path_);
    } catch (const fs::filesystem_error& error) {
        throw Error(cat("the run folder ", path_.string(), ": ", error.code().message(), "; pass another --out"));
    }
    AtomicFile file(graph());
    file.write(graph_text);
    file.commit();
}

fs::path RunDirectory::standard(const std::string& graph_name) {
    std::string name = graph_name.empty() ? "run" : graph_name;
    for (char& c : name) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
        if (!plain) c = '_';
    }
    const fs::path first = fs::path("runs") / cat(name, "-", now_text());
    fs::path path = first;
    for (int n = 2; fs::exists(path); ++n) path = cat(first.string(), "-", n);
    return path;
}

}  // namespace anabranch::framework
