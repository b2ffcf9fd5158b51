#include <anabranch/error.h>
#include <framework/host/host.h>
#include <framework/host/library.h>
#include <framework/host/prefix.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace anabranch::framework {
namespace {

std::vector<std::filesystem::path> libraries_in(const std::filesystem::path& folder) {
    std::error_code problem;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator entry(folder, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (entry->path().extension() == ".so") files.push_back(entry->path());
    }
    if (problem) throw Error(cat("the plugin folder ", folder.string(), " cannot be read: ", problem.message()));
    std::ranges::sort(files);
    return files;
}

}  // namespace

std::filesystem::path program_prefix() {
    std::error_code problem;
    const auto executable = std::filesystem::read_symlink("/proc/self/exe", problem);
    return problem ? std::filesystem::path() : executable.parent_path().parent_path();
}

std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& given) {
    std::vector<std::filesystem::path> folders = given;
    const auto add = [&](const std::filesystem::path& folder) {
        std::error_code ignored;
        if (!folder.empty() && std::filesystem::is_directory(folder, ignored)) folders.push_back(folder);
    };
    if (const char* listed = std::getenv("ANABRANCH_PLUGIN_PATH")) {
        std::string_view rest = listed;
        while (!rest.empty()) {
            const std::size_t colon = std::min(rest.find(':'), rest.size());
            add(rest.substr(0, colon));
            rest.remove_prefix(std::min(colon + 1, rest.size()));
        }
    }
    if (const auto prefix = program_prefix(); !prefix.empty()) add(prefix / "lib" / "anabranch" / "plugins");
    return folders;
}

Host Host::load(const std::vector<std::filesystem::path>& folders) {
    LibraryLoader loader;
    std::vector<Plugin> plugins;
    std::vector<std::filesystem::path> loaded;
    for (const auto& folder : folders) {
        for (const auto& file : libraries_in(folder)) {
            // A folder named twice, or by two ways, is one folder.
            const auto real = std::filesystem::canonical(file);
            if (std::ranges::find(loaded, real) != loaded.end()) continue;
            loaded.push_back(real);
            plugins.push_back(loader.load(file));
        }
    }
    return Host(std::move(plugins));
}

}  // namespace anabranch::framework
