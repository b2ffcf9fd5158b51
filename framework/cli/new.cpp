#include <framework/cli/output.h>
#include <framework/host/prefix.h>
#include <framework/scaffold/plugin_folder.h>

#include <CLI/App.hpp>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

/// "0.1" of "0.1.0": patches do not change the SDK.
std::string_view sdk_version() {
    const std::string_view version = ANABRANCH_VERSION;
    return version.substr(0, version.rfind('.'));
}

/// The plugin file of that name which is found already.
std::optional<fs::path> taken(const std::string& name) {
    for (const auto& folder : plugin_folders({})) {
        if (fs::exists(folder / (name + ".so"))) return folder / (name + ".so");
    }
    return std::nullopt;
}

void print_next_steps(const fs::path& folder) {
    const fs::path prefix = program_prefix();
    const bool installed = fs::exists(prefix / "lib/cmake/anabranch/anabranch-config.cmake");
    const std::string where = folder.string();
    const std::string build = (folder / "build").string();
    if (!installed) {
        std::cout << "\nIt is built against an installed Anabranch; this program's is not installed. First, there:\n"
                  << "  cmake --install " << prefix.string() << " --prefix PREFIX\n";
    }
    std::cout << "\nBuild, test and run it:\n"
              << "  cmake -S " << where << " -B " << build
              << " -DCMAKE_PREFIX_PATH=" << (installed ? prefix.string() : "PREFIX") << "\n"
              << "  cmake --build " << build << "\n"
              << "  ctest --test-dir " << build << "\n"
              << "  anabranch run " << (folder / "reward.yaml").string() << " --plugins " << build << "/plugins\n";
}

int new_plugin(const std::string& name, const std::string& directory) {
    if (const auto file = taken(name)) {
        std::cerr << "anabranch: error: there is a plugin '" << name << "' already, " << file->string()
                  << "; choose another name\n";
        return exit_failed;
    }
    const fs::path folder = directory.empty() ? fs::path(name) : fs::path(directory);
    for (const auto& file : write_plugin_folder(name, sdk_version(), folder)) std::cout << file.string() << "\n";
    print_next_steps(folder);
    return exit_done;
}

}  // namespace

void add_new(CLI::App& program, Action& action) {
    auto name = std::make_shared<std::string>();
    auto directory = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand("new", "Writes the beginning of something of your own");
    command->require_subcommand(1);
    CLI::App* plugin = command->add_subcommand(
        "plugin", "Writes a folder with a plugin that builds, tests and runs: one node, to be changed");
    plugin->add_option("NAME", *name, "The plugin's name, such as brevity")->required()->check(plugin_name_problem);
    plugin->add_option("--dir", *directory, "The folder to make; default: NAME")->type_name("DIR");
    plugin->callback(
        [&action, name, directory] { action = [name, directory] { return new_plugin(*name, *directory); }; });
}

}  // namespace anabranch::framework
