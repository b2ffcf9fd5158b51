#include <anabranch/error.h>
#include <framework/cli/output.h>
#include <framework/graph/names.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

std::string counted(std::size_t count, std::string_view what) {
    return cat(count, " ", what, count == 1 ? "" : "s");
}

int check_json(const Host& host, const ChainOptions& options) {
    const Chain chain = check_chain(host, options);
    std::string items = chain.diagnostics.json();
    for (const auto& stage : chain.stages) {
        const std::string more = stage.result.diagnostics.json();
        items += (items.empty() || more.empty() ? "" : ",\n") + more;
    }
    std::cout << "{\"ok\": " << (chain.has_errors() ? "false" : "true") << ", \"diagnostics\": [" << items << "]}\n";
    return chain.has_errors() ? exit_invalid_graph : exit_done;
}

int check(const GraphOptions& given, bool json) {
    const Host host = given.load_host();
    ChainOptions options = given.chain();
    options.made.may_be_unknown = true;
    if (json) return check_json(host, options);
    const auto stages = checked(host, options);
    if (!stages) return exit_invalid_graph;
    for (const auto& stage : *stages) {
        const Plan& plan = *stage.result.plan;
        std::cout << stage.file.string() << ": ok (" << counted(plan.nodes.size(), "node") << ", "
                  << counted(plan.resources.size(), "resource") << ")\n";
        const auto unknown = unknown_made(plan);
        if (unknown.empty()) continue;
        std::cout << "  not looked at: " << enumerate(unknown) << ", which " << (unknown.size() == 1 ? "is" : "are")
                  << " known in a chain or by --made\n";
    }
    return exit_done;
}

}  // namespace

void add_check(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    CLI::App* command =
        program.add_subcommand("check", "Finds everything that is wrong with a graph, without running it");
    options->add_graphs(*command);
    auto format = std::make_shared<std::string>("text");
    command->add_option("--format", *format, "text for people, or json for editors, on standard output")
        ->type_name("NAME")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->callback(
        [&action, options, format] { action = [options, format] { return check(*options, *format == "json"); }; });
}

}  // namespace anabranch::framework
