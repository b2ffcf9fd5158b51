#include <anabranch/error.h>
#include <framework/graph/names.h>
#include <framework/reference/reference.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

/// A cell of a table: bars and line breaks would end it.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

using Row = std::vector<std::string>;

std::string table(const Row& head, const std::vector<Row>& rows) {
    if (rows.empty()) return "";
    std::string out = "\n|";
    for (const auto& name : head) out += " " + name + " |";
    out += "\n|";
    for (std::size_t i = 0; i < head.size(); ++i) out += "---|";
    for (const auto& row : rows) {
        out += "\n|";
        for (const auto& text : row) out += " " + cell(text) + " |";
    }
    return out + "\n";
}

std::string ports(const std::string& what, const std::vector<Port>& list) {
    std::vector<Row> rows;
    for (const auto& port : list) {
        const std::string columns = port.type.text();
        rows.push_back({code(port.name), columns.empty() ? "any" : code(columns),
                        cat(port.required ? "" : "optional: ", port.help)});
    }
    return table({what, "columns", "what"}, rows);
}

std::string uses(const std::vector<ResourceUse>& list) {
    std::vector<Row> rows;
    for (const auto& use : list) {
        const std::string access = use.access == Access::write ? "writes" : use.required ? "reads" : "may read";
        rows.push_back({code(use.name), cat(access, " a ", code(use.capability)), use.help});
    }
    return table({"resource", "needs", "what"}, rows);
}

std::string parameters(const std::vector<ParameterSpec>& list) {
    std::vector<Row> rows;
    for (const auto& parameter : list) {
        const std::string standard = parameter.standard   ? code(text_of(*parameter.standard))
                                     : parameter.required ? "required"
                                                          : "none";
        rows.push_back({code(parameter.name), standard, parameter.describe(), parameter.help});
    }
    return table({"parameter", "default", "value", "what"}, rows);
}

template <typename AnySpec>
std::string heading(const AnySpec& spec, std::string_view kind) {
    return cat("\n## ", spec.name, "\n\n", spec.help, " (", kind, ")\n");
}

std::string example(const std::string& text) {
    return text.empty() ? "" : cat("\n```yaml\n", text, text.ends_with('\n') ? "" : "\n", "```\n");
}

std::string section(const Spec& spec) {
    std::string out = heading(spec, "node");
    out += ports("input", spec.inputs) + ports("inputs with names of your choice", spec.any_inputs);
    out += ports("side input", spec.side_inputs) + ports("output", spec.outputs);
    if (spec.regroups_rows)
        out += "\nIt gives more or fewer packets than it takes: a new clock starts at its outputs.\n";
    out += uses(spec.uses) + parameters(spec.parameters);
    if (spec.refine_with) out += "\nPorts and resources may change with the parameters.\n";
    return out + example(spec.example_text);
}

std::string section(const ResourceSpec& spec) {
    std::vector<Row> views;
    for (const auto& view : spec.views) {
        if (view.capabilities.empty()) continue;
        views.push_back({view.name.empty() ? "itself" : code("." + view.name), enumerate(view.capabilities)});
    }
    std::string out = heading(spec, "resource") + table({"view", "offers"}, views) + uses(spec.uses);
    out += parameters(spec.parameters);
    if (spec.refine_with) out += "\nWhat it offers may change with the parameters.\n";
    return out + example(spec.example_text);
}

template <typename Type>
std::string sections(const std::vector<Type>& types) {
    std::vector<const Type*> sorted;
    for (const auto& type : types) sorted.push_back(&type);
    std::ranges::sort(sorted, {}, [](const Type* type) { return type->spec.name; });
    std::string out;
    for (const Type* type : sorted) out += section(type->spec);
    return out;
}

}  // namespace

std::string plugin_page(const Plugin& plugin) {
    return cat("# Plugin ", plugin.name,
               "\n\nThe same on a terminal: `anabranch inspect TYPE`. This page is written by `anabranch docs`.\n",
               sections(plugin.registry.resources), sections(plugin.registry.nodes));
}

}  // namespace anabranch::framework
