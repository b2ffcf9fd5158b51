#include <anabranch/error.h>
#include <framework/cli/output.h>
#include <framework/graph/names.h>

#include <CLI/App.hpp>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void section(std::string_view title, const Rows& rows) {
    if (!rows.empty()) std::cout << "\n" << title << "\n" << aligned(rows, 2);
}

std::string columns_text(const PortType& type) {
    return type.text().empty() ? "any columns" : type.text();
}

Rows port_rows(const std::vector<Port>& ports) {
    Rows rows;
    for (const auto& port : ports) {
        rows.push_back({port.name, columns_text(port.type), cat(port.required ? "" : "optional: ", port.help)});
    }
    return rows;
}

Rows parameter_rows(const std::vector<ParameterSpec>& parameters) {
    Rows rows;
    for (const auto& parameter : parameters) {
        const std::string standard = parameter.standard   ? text_of(*parameter.standard)
                                     : parameter.required ? "(required)"
                                                          : "(none)";
        rows.push_back({parameter.name, standard, cat(parameter.help, " (", parameter.describe(), ")")});
    }
    return rows;
}

Rows use_rows(const std::vector<ResourceUse>& uses) {
    Rows rows;
    for (const auto& use : uses) {
        const std::string access = use.access == Access::write ? "writes" : use.required ? "reads" : "may read";
        rows.push_back({use.name, cat(access, " a ", use.capability), use.help});
    }
    return rows;
}

void example(const std::string& text) {
    if (text.empty()) return;
    std::cout << "\nExample\n";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) std::cout << "  " << line << "\n";
}

template <typename AnySpec>
void heading(const AnySpec& spec, std::string_view kind, const Plugin& plugin) {
    std::cout << spec.name << " - " << kind << " of plugin " << plugin.name << "\n" << spec.help << "\n";
}

void show(const Spec& spec, const Plugin& plugin) {
    heading(spec, "node", plugin);
    section("Inputs", port_rows(spec.inputs));
    section("Inputs, any number, with names of your choice", port_rows(spec.any_inputs));
    section("Side inputs: whole streams, there before the first packet", port_rows(spec.side_inputs));
    if (spec.inputs.empty() && spec.any_inputs.empty()) {
        std::cout << "\nA source: it takes no input" << (spec.side_inputs.empty() ? ".\n" : " but side inputs.\n");
    }
    section("Outputs", port_rows(spec.outputs));
    if (spec.regroups_rows) std::cout << "  It gives more or fewer packets than it takes: a new clock starts here.\n";
    section("Resources", use_rows(spec.uses));
    section("Parameters, with their defaults", parameter_rows(spec.parameters));
    if (spec.refine_with) std::cout << "\nPorts and resources may change with the parameters.\n";
    example(spec.example_text);
}

void show(const ResourceSpec& spec, const Plugin& plugin) {
    heading(spec, "resource", plugin);
    Rows views;
    for (const auto& view : spec.views) {
        if (view.capabilities.empty() && view.name.empty()) continue;
        views.push_back({view.name.empty() ? "itself" : "." + view.name, enumerate(view.capabilities)});
    }
    section("Offers", views);
    section("Resources that it is made from", use_rows(spec.uses));
    section("Parameters, with their defaults", parameter_rows(spec.parameters));
    if (spec.refine_with) std::cout << "\nWhat it offers may change with the parameters.\n";
    example(spec.example_text);
}

int inspect(const GraphOptions& options, const std::string& name) {
    const Host host = options.load_host();
    const auto node = host.find_node(name);
    const auto resource = host.find_resource(name);
    if (node) show(node.type->spec, *node.plugin);
    if (node && resource) std::cout << "\n";
    if (resource) show(resource.type->spec, *resource.plugin);
    if (node || resource) return exit_done;
    std::vector<std::string> known = host.node_names();
    for (auto& other : host.resource_names()) known.push_back(std::move(other));
    std::cerr << "anabranch: error: " << unknown_name("node or resource type", name, known) << "\n";
    return exit_usage;
}

}  // namespace

void add_inspect(CLI::App& program, Action& action) {
    auto options = std::make_shared<GraphOptions>();
    auto name = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand("inspect", "Shows all about one node or resource type");
    command->add_option("TYPE", *name, "The type, such as text.prompt")->required();
    options->add_plugins(*command);
    command->callback([&action, options, name] { action = [options, name] { return inspect(*options, *name); }; });
}

}  // namespace anabranch::framework
