#include <framework/cli/output.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

template <typename Type>
void add_rows(const std::vector<Type>& types, std::string_view kind, std::vector<std::vector<std::string>>& rows) {
    const std::size_t first = rows.size();
    for (const auto& type : types) rows.push_back({std::string(kind), type.spec.name, type.spec.help});
    std::sort(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end());
}

int list(const GraphOptions& options) {
    const Host host = options.load_host();
    if (host.plugins().empty()) {
        std::cerr << "anabranch: error: no plugins were found; give a folder by --plugins or $ANABRANCH_PLUGIN_PATH\n";
        return exit_failed;
    }
    std::vector<std::vector<std::string>> rows;
    std::vector<std::pair<std::string, std::size_t>> ends;
    for (const auto& plugin : host.plugins()) {
        add_rows(plugin.registry.nodes, "node", rows);
        add_rows(plugin.registry.resources, "resource", rows);
        ends.emplace_back(plugin.name, rows.size());
    }
    // Aligned over all plugins, so that the columns run through.
    std::size_t widest = 0;
    for (const auto& row : rows) widest = std::max(widest, row[1].size());
    for (auto& row : rows) row[1].resize(widest, ' ');
    std::size_t first = 0;
    for (const auto& [name, last] : ends) {
        std::cout << (first == 0 ? "" : "\n") << name << "\n";
        std::vector<std::vector<std::string>> part(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                                   rows.begin() + static_cast<std::ptrdiff_t>(last));
        for (auto& row : part) row[0].resize(std::string_view("resource").size(), ' ');
        std::cout << aligned(part, 2);
        first = last;
    }
    return exit_done;
}

}  // namespace

void add_list(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    CLI::App* command = program.add_subcommand("list", "Lists the node and resource types of all plugins");
    options->add_plugins(*command);
    command->callback([&action, options] { action = [options] { return list(*options); }; });
}

}  // namespace anabranch::framework
