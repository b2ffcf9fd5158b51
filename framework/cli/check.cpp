#include <anabranch/error.h>
#include <framework/cli/output.h>

#include <CLI/App.hpp>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

std::string counted(std::size_t count, std::string_view what) {
    return cat(count, " ", what, count == 1 ? "" : "s");
}

int check(const GraphOptions& options) {
    const Host host = options.load_host();
    const auto plan = options.check(host);
    if (!plan) return exit_invalid_graph;
    std::cout << options.file << ": ok (" << counted(plan->nodes.size(), "node") << ", "
              << counted(plan->resources.size(), "resource") << ")\n";
    return exit_done;
}

}  // namespace

void add_check(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    CLI::App* command =
        program.add_subcommand("check", "Finds everything that is wrong with a graph, without running it");
    options->add_graph(*command);
    command->callback([&action, options] { action = [options] { return check(*options); }; });
}

}  // namespace anabranch::framework
