#include <anabranch/atomic_file.h>
#include <framework/cli/output.h>
#include <framework/reference/reference.h>

#include <CLI/App.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
    AtomicFile out(file);
    out.write(text);
    out.commit();
    std::cout << file.string() << "\n";
}

int docs(const GraphOptions& options, const fs::path& folder) {
    const Host host = options.load_host();
    fs::create_directories(folder / "nodes");
    write(folder / "errors.md", error_page());
    write(folder / "graph.schema.json", graph_schema(host));
    for (const auto& plugin : host.plugins()) write(folder / "nodes" / (plugin.name + ".md"), plugin_page(plugin));
    return exit_done;
}

int schema(const GraphOptions& options) {
    std::cout << graph_schema(options.load_host());
    return exit_done;
}

}  // namespace

void add_docs(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    auto folder = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand(
        "docs", "Writes reference pages: errors.md, graph.schema.json, and nodes/PLUGIN.md for every plugin");
    command->add_option("DIR", *folder, "The folder that they are written to")->required();
    options->add_plugins(*command);
    command->callback([&action, options, folder] { action = [options, folder] { return docs(*options, *folder); }; });
}

void add_schema(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    CLI::App* command = program.add_subcommand(
        "schema", "Prints a JSON Schema of graphs with all types of the plugins, for completion in editors");
    options->add_plugins(*command);
    command->callback([&action, options] { action = [options] { return schema(*options); }; });
}

}  // namespace anabranch::framework
