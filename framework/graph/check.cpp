#include <framework/graph/check.h>
#include <framework/graph/checks.h>
#include <framework/graph/save_section.h>
#include <framework/graph/yaml_reader.h>

namespace anabranch::framework {

CheckResult check_text(const Host& host, std::string_view text, const std::string& name,
                       const std::filesystem::path& folder, std::span<const Override> overrides, const Made& made) {
    CheckResult result;
    Diagnostics& diagnostics = result.diagnostics;
    auto tree = read_yaml(text, name, diagnostics);
    diagnostics.add_source(name, text);
    const Origin origin{name, std::filesystem::absolute(folder.empty() ? "." : folder)};
    if (tree) apply_overrides(*tree, overrides, diagnostics);
    if (tree && expand(*tree, origin, diagnostics)) {
        DraftGraph graph = read_draft(*tree, std::filesystem::path(name).stem().string(), diagnostics);
        check_types(graph, host, origin, made, diagnostics);
        check_resources(graph, diagnostics);
        check_inputs(graph, diagnostics);
        check_topology(graph, diagnostics);
        check_clocks(graph, diagnostics);
        check_side_inputs(graph, diagnostics);
        check_save(graph, diagnostics);
        check_columns(graph, diagnostics);
        check_versions(graph, diagnostics);
        if (!diagnostics.has_errors()) result.plan = make_plan(graph);
    }
    diagnostics.finish();
    return result;
}

CheckResult check_graph(const Host& host, const std::filesystem::path& file, std::span<const Override> overrides,
                        const Made& made) {
    std::string text;
    const std::string problem = read_graph_file(file, text);
    if (!problem.empty()) {
        CheckResult result;
        result.diagnostics.report(Code::unreadable_file, {file.string(), 0, 0}, problem);
        return result;
    }
    return check_text(host, text, file.string(), file.parent_path(), overrides, made);
}

std::string graph_name(const std::filesystem::path& file) {
    std::string text;
    Diagnostics ignored;
    const bool readable = read_graph_file(file, text).empty();
    const auto tree = readable ? read_yaml(text, file.string(), ignored) : std::nullopt;
    const TreeEntry* name = tree && tree->kind == Tree::Kind::map ? tree->find("name") : nullptr;
    return name != nullptr && name->value.kind == Tree::Kind::scalar ? name->value.text : file.stem().string();
}

}  // namespace anabranch::framework
