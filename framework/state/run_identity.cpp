#include <anabranch/error.h>
#include <framework/state/fingerprint.h>
#include <framework/state/run_identity.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace anabranch::framework {
namespace {

using Texts = std::map<std::string, std::string>;

void save_texts(State& state, const std::string& name, const Texts& texts) {
    std::vector<std::string> keys;
    std::vector<std::string> values;
    for (const auto& [key, value] : texts) {
        keys.push_back(key);
        values.push_back(value);
    }
    state.set(name, Packet({{"name", Strings(std::move(keys))}, {"fingerprint", Strings(std::move(values))}}));
}

Texts load_texts(const State& state, const std::string& name) {
    Texts texts;
    const Packet& packet = state.packet(name);
    for (std::size_t i = 0; i < static_cast<std::size_t>(packet.rows()); ++i)
        texts.emplace(packet.strings("name")[i], packet.strings("fingerprint")[i]);
    return texts;
}

void add_paths(std::set<std::string>& paths, const std::vector<ParameterSpec>& specs, const Parameters& parameters,
               bool optional_too) {
    for (const auto& spec : specs) {
        if (spec.kind != ParameterKind::path || !(spec.required || optional_too)) continue;
        if (const auto path = parameters.find<std::string>(spec.name)) paths.insert(*path);
    }
}

/// A resolved graph as values by their place: "nodes.update.lr" -> "0.001". It is written by us, two blanks a level.
Texts values_of(const std::string& graph) {
    Texts values;
    std::vector<std::string> place;
    std::istringstream lines(graph);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        place.resize(std::min(place.size(), indent / 2));
        std::string path;
        for (const auto& part : place) path += part + ".";
        const std::size_t colon = line.starts_with("- ") ? std::string::npos : line.find(": ", indent);
        if (line.substr(indent).starts_with("- ")) {
            values.emplace(path + line.substr(indent + 2), "there");
        } else if (colon != std::string::npos) {
            values.emplace(path + line.substr(indent, colon - indent), line.substr(colon + 2));
        } else if (line.ends_with(':')) {
            place.push_back(line.substr(indent, line.size() - indent - 1));
        }
    }
    return values;
}

void compare(std::vector<std::string>& lines, const std::string& what, const Texts& was, const Texts& is) {
    std::set<std::string> names;
    for (const auto* texts : {&was, &is}) {
        for (const auto& [name, text] : *texts) names.insert(name);
    }
    for (const auto& name : names) {
        const auto before = was.find(name);
        const auto now = is.find(name);
        if (before != was.end() && now != is.end() && before->second == now->second) continue;
        lines.push_back(cat(what, name, " was ", before == was.end() ? "not there" : before->second, " and is ",
                            now == is.end() ? "not there" : now->second));
    }
}

}  // namespace

std::vector<std::string> files_read(const Plan& plan) {
    std::set<std::string> paths;
    for (const auto& resource : plan.resources) add_paths(paths, resource.spec.parameters, resource.parameters, true);
    for (const auto& node : plan.nodes) {
        if (!node.spec.outputs.empty()) add_paths(paths, node.spec.parameters, node.parameters, false);
    }
    return {paths.begin(), paths.end()};
}

RunIdentity RunIdentity::of(const Plan& plan, int threads,
                            const std::map<std::string, std::filesystem::path>& libraries,
                            const std::vector<std::filesystem::path>& linked) {
    RunIdentity identity{.graph = plan.resolved, .threads = threads};
    for (const auto& path : files_read(plan)) identity.files.emplace(path, fingerprint(path));
    const auto add = [&](const std::string& plugin) {
        const auto library = libraries.find(plugin);
        if (library != libraries.end() && !identity.libraries.contains(plugin))
            identity.libraries.emplace(plugin, fingerprint(library->second));
    };
    for (const auto& node : plan.nodes) add(node.plugin);
    for (const auto& resource : plan.resources) add(resource.plugin);
    for (const auto& library : linked) identity.libraries.emplace(library.filename().string(), fingerprint(library));
    return identity;
}

void RunIdentity::save_state(State& state) const {
    state.set("identity.graph", graph);
    state.set("identity.threads", static_cast<std::int64_t>(threads));
    save_texts(state, "identity.files", files);
    save_texts(state, "identity.libraries", libraries);
}

RunIdentity RunIdentity::from_state(const State& state) {
    return {state.text("identity.graph"), static_cast<int>(state.integer("identity.threads")),
            load_texts(state, "identity.files"), load_texts(state, "identity.libraries")};
}

std::vector<std::string> graph_differences(const std::string& was, const std::string& is) {
    std::vector<std::string> lines;
    compare(lines, "graph: ", values_of(was), values_of(is));
    if (lines.empty() && was != is) lines.emplace_back("graph: the order of its nodes or resources is another one");
    return lines;
}

std::vector<std::string> differences(const RunIdentity& was, const RunIdentity& is) {
    auto lines = graph_differences(was.graph, is.graph);
    compare(lines, "file ", was.files, is.files);
    compare(lines, "plugin ", was.libraries, is.libraries);
    if (was.threads != is.threads) lines.push_back(cat("--threads was ", was.threads, " and is ", is.threads));
    return lines;
}

}  // namespace anabranch::framework
