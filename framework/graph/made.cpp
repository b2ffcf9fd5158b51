#include <anabranch/error.h>
#include <framework/graph/best_folder.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/made.h>
#include <framework/graph/names.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

std::string how_to_name(const std::string& graph, const Made& made) {
    if (std::ranges::find(made.later, graph) != made.later.end())
        return cat("'", graph, "' runs after this graph; name its file first");
    return cat("run both in a chain (anabranch run ", graph, ".yaml THIS.yaml), or say where its run is: --made ",
               graph, "=DIR");
}

/// The saved thing that `rest` names, perhaps with a file in it behind a slash.
const Saved::value_type* find_saved(const Saved& saved, const std::string& rest) {
    const Saved::value_type* found = nullptr;
    for (const auto& item : saved) {
        const bool fits = rest == item.first || rest.starts_with(item.first + "/");
        if (fits && (found == nullptr || item.first.size() > found->first.size())) found = &item;
    }
    return found;
}

}  // namespace

Saved saved_by(const Plan& plan) {
    Saved saved;
    for (const auto& node : plan.nodes) {
        for (const auto& use : node.uses) {
            const std::string& name = plan.resources[use.resource].name;
            if (use.access != Access::write) continue;
            saved.emplace(name, fs::path(saved_folder) / name);
            if (plan.save && plan.save->best) saved.emplace(cat(best_folder, "/", name), fs::path(best_folder) / name);
        }
    }
    return saved;
}

Saved saved_in(const fs::path& directory) {
    Saved saved;
    std::error_code ignored;
    for (const auto folder : {saved_folder, best_folder}) {
        for (const auto& entry : fs::directory_iterator(directory / folder, ignored)) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_directory(ignored)) continue;
            saved.emplace(folder == saved_folder ? name : cat(folder, "/", name), fs::path(folder) / name);
        }
    }
    return saved;
}

std::vector<std::string> unknown_made(const Plan& plan) {
    std::vector<std::string> names;
    const auto add = [&](const auto& member) {
        for (const auto& spec : member.spec.parameters) {
            const auto text =
                member.parameters.template find<std::string>(spec.kind == ParameterKind::path ? spec.name : "");
            if (text && text->starts_with(made_prefix)) names.push_back(*text);
        }
    };
    std::ranges::for_each(plan.resources, add);
    std::ranges::for_each(plan.nodes, add);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

std::optional<std::string> made_path(const std::string& text, const Location& location, const Made& made,
                                     Diagnostics& diagnostics) {
    const std::string name = text.substr(made_prefix.size());
    const std::size_t slash = name.find('/');
    const std::string graph = name.substr(0, slash);
    const std::string rest = slash == std::string::npos ? "" : name.substr(slash + 1);
    if (graph.empty() || rest.empty()) {
        diagnostics.report(Code::unknown_graph, location, cat("'", text, "' is not written made:GRAPH/RESOURCE"));
        return std::nullopt;
    }
    const auto found = std::ranges::find(made.graphs, graph, &MadeGraph::name);
    if (found == made.graphs.end()) {
        if (made.may_be_unknown) return text;
        auto& report = diagnostics.report(Code::unknown_graph, location,
                                          cat("'", text, "': no graph '", graph, "' runs before this one"));
        const auto meant = did_you_mean(graph, names_of(made.graphs));
        meant ? report.suggest(meant) : report.help(how_to_name(graph, made));
        return std::nullopt;
    }
    if (!found->saved) return (found->directory / saved_folder / rest).string();
    if (const auto* saved = find_saved(*found->saved, rest)) {
        return (found->directory / saved->second).string() + rest.substr(saved->first.size());
    }
    std::vector<std::string> known;
    for (const auto& item : *found->saved) known.push_back(item.first);
    diagnostics
        .report(Code::not_saved, location,
                cat("'", text, "': the run of '", graph, "' saves ", known.empty() ? "nothing" : enumerate(known)))
        .suggest(did_you_mean(rest.starts_with(cat(best_folder, "/")) ? rest : rest.substr(0, rest.find('/')), known));
    return std::nullopt;
}

}  // namespace anabranch::framework
