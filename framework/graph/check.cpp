#include <framework/graph/check.h>
#include <framework/graph/checks.h>
#include <framework/graph/yaml_reader.h>

#include <fstream>
#include <sstream>

namespace anabranch::framework {
namespace {

/// One byte more than a graph may have is enough to know that it has too many.
std::string read_start(std::istream& stream, std::size_t most) {
    std::string text(most + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

CheckResult unreadable(const std::string& name, std::string problem) {
    CheckResult result;
    result.diagnostics.report(Code::unreadable_file, {name, 0, 0}, std::move(problem));
    return result;
}

}  // namespace

CheckResult check_text(const Host& host, std::string_view text, const std::string& name,
                       const std::filesystem::path& folder, std::span<const Override> overrides) {
    CheckResult result;
    Diagnostics& diagnostics = result.diagnostics;
    auto tree = read_yaml(text, name, diagnostics);
    diagnostics.add_source(name, text);
    if (tree) {
        apply_overrides(*tree, overrides, diagnostics);
        DraftGraph graph = read_draft(*tree, std::filesystem::path(name).stem().string(), diagnostics);
        // A graph named without a folder lies in the current one.
        check_types(graph, host, std::filesystem::absolute(folder.empty() ? "." : folder), diagnostics);
        check_resources(graph, diagnostics);
        check_inputs(graph, diagnostics);
        check_topology(graph, diagnostics);
        check_clocks(graph, diagnostics);
        check_columns(graph, diagnostics);
        check_versions(graph, diagnostics);
        if (!diagnostics.has_errors()) result.plan = make_plan(graph);
    }
    diagnostics.sort();
    return result;
}

CheckResult check_graph(const Host& host, const std::filesystem::path& file, std::span<const Override> overrides) {
    const std::string name = file.string();
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        return unreadable(name, "this is a folder, expected a graph file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return unreadable(name,
                          std::filesystem::exists(file, ignored) ? "the file cannot be read" : "there is no such file");
    const std::string text = read_start(stream, YamlLimits{}.bytes);
    return check_text(host, text, name, file.parent_path(), overrides);
}

}  // namespace anabranch::framework
