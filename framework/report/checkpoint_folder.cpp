#include <anabranch/error.h>
#include <framework/graph/best_folder.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/report/checkpoint_folder.h>

#include <map>
#include <vector>

namespace anabranch::framework {

namespace fs = std::filesystem;

fs::path checkpoint_folder(const fs::path& run, const std::string& name) {
    std::error_code ignored;
    std::map<std::string, fs::path> known;
    for (const auto& entry : fs::directory_iterator(run / "checkpoints", ignored)) {
        const std::string step = entry.path().filename().string();
        if (!step.starts_with('.')) known.emplace(step, entry.path());  // a dot: not whole yet
    }
    if (fs::is_directory(run / best_folder, ignored)) known.emplace(best_folder, run / best_folder);
    if (known.empty())
        throw Error(cat(run.string(), " has no checkpoints; its graph needs `save` to make some, before it is run"));
    if (const auto found = known.find(name); found != known.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known_name, folder] : known) names.push_back(known_name);
    const auto meant = did_you_mean(name, names);
    throw Error(cat(run.string(), " has no checkpoint '", name, "'",
                    meant ? cat("; did you mean '", *meant, "'? It has ") : std::string("; it has "),
                    enumerate(names)));
}

}  // namespace anabranch::framework
