#include <framework/cli/output.h>
#include <framework/draw/drawing.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

int graph(const GraphOptions& options, const std::string& format) {
    const Host host = options.load_host();
    ChainOptions chain = options.chain();
    chain.made.may_be_unknown = true;
    const auto stages = checked(host, chain);
    if (!stages) return exit_invalid_graph;
    const Drawing drawing = drawing_of(*stages->front().result.plan);
    const auto draw = format == "svg" ? svg_text : format == "mermaid" ? mermaid_text : dot_text;
    std::cout << draw(drawing);
    return exit_done;
}

}  // namespace

void add_graph(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    CLI::App* command = program.add_subcommand("graph", "Draws a graph, with its ports, columns and clocks");
    options->add_graph(*command);
    auto format = std::make_shared<std::string>("dot");
    command->add_option("--format", *format, "dot (for Graphviz), mermaid (for Markdown) or svg (a picture)")
        ->type_name("NAME")
        ->check(CLI::IsMember({"dot", "mermaid", "svg"}))
        ->capture_default_str();
    command->callback([&action, options, format] { action = [options, format] { return graph(*options, *format); }; });
}

}  // namespace anabranch::framework
