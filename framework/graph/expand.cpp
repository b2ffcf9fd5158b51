#include <anabranch/error.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/expand.h>
#include <framework/graph/names.h>
#include <framework/graph/override.h>
#include <framework/graph/variables.h>

#include <algorithm>
#include <array>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_nested_files = 8;
constexpr std::array<std::string_view, 6> part_keys{"variables", "include",  "resources",
                                                    "nodes",     "feedback", "discard"};

/// Says of everything in an included file how it came here, and what its names begin with.
void stamp(Tree& tree, std::size_t context, const std::string& scope) {
    tree.location.context = context;
    tree.scope = scope;
    for (auto& item : tree.items) stamp(item, context, scope);
    for (auto& entry : tree.entries) {
        entry.location.context = context;
        stamp(entry.value, context, scope);
    }
}

/// Removes a key and gives its value; null without it.
Tree take(Tree& tree, std::string_view key) {
    const auto found = std::ranges::find(tree.entries, key, &TreeEntry::key);
    if (found == tree.entries.end()) return {};
    Tree value = std::move(found->value);
    tree.entries.erase(found);
    return value;
}

class Expander {
  public:
    Expander(const Origin& origin, Diagnostics& diagnostics)
        : origin_(origin), diagnostics_(diagnostics), growth_(diagnostics) {}

    void expand_root(Tree& graph) {
        open_files_.push_back({fs::weakly_canonical(origin_.folder / fs::path(origin_.file).filename()), origin_.file});
        growth_.add(graph, 0, graph.location);
        expand_file(graph, nullptr, "");
    }

  private:
    struct OpenFile {
        fs::path path;
        std::string name;
    };

    /// `by`: the entry of an include, with values for variables.
    void expand_file(Tree& graph, const TreeEntry* by, const std::string& scope) {
        Variables variables(diagnostics_, growth_);
        variables.declare(take(graph, "variables"));
        if (by != nullptr) give(*by, variables);
        variables.substitute(graph, 0);
        variables.report_unused();
        for (const std::string_view key : {"nodes", "resources"}) {
            TreeEntry* members = graph.find(key);
            if (members == nullptr) continue;
            for (auto& member : members->value.entries) member.key = scope + member.key;
        }
        const Tree includes = take(graph, "include");
        if (includes.kind == Tree::Kind::null) return;
        if (includes.kind != Tree::Kind::map) return wrong_shape(includes, "'include' is a map of prefixes to files");
        for (const auto& entry : includes.entries) include(graph, entry, scope);
    }

    void give(const TreeEntry& by, Variables& variables) {
        for (const auto& value : by.value.entries) {
            if (value.key == "file" || variables.give(value)) continue;
            diagnostics_
                .report(Code::unknown_variable, value.location,
                        cat(open_files_.back().name, " has no variable '", value.key, "'"))
                .suggest(did_you_mean(value.key, variables.names()));
        }
    }

    void include(Tree& graph, const TreeEntry& entry, const std::string& scope) {
        if (!is_name(entry.key)) {
            diagnostics_.report(Code::invalid_name, entry.location, cat("'", entry.key, "' cannot be a prefix"))
                .help("use letters, digits, '_' and '-', and begin with a letter");
            return;
        }
        const TreeEntry* file = entry.value.find("file");
        if (entry.value.kind != Tree::Kind::map)
            return wrong_shape(entry.value, cat("include '", entry.key, "' is a map with the key 'file'"));
        if (file == nullptr) {
            diagnostics_.report(Code::missing_key, entry.location, cat("include '", entry.key, "' has no 'file'"));
            return;
        }
        if (file->value.kind != Tree::Kind::scalar || file->value.text.empty())
            return wrong_shape(file->value, "'file' is a path such as parts/rewards.yaml");
        const std::size_t context = diagnostics_.add_context(entry.location, "included here");
        auto part = read(file->value, context);
        if (!part) return;
        const std::string inner = scope + entry.key + "-";
        stamp(*part, context, inner);
        growth_.add(*part, 0, entry.location);
        check_keys(*part);
        expand_file(*part, &entry, inner);
        open_files_.pop_back();
        merge(graph, std::move(*part));
    }

    /// The file's tree; it is then the last of the open files.
    std::optional<Tree> read(const Tree& file, std::size_t context) {
        const Location& place = file.location;
        const bool from_file = place.file != override_file;
        const fs::path shown = from_file ? fs::path(place.file).parent_path() / file.text : fs::path(file.text);
        const OpenFile opened{fs::weakly_canonical(origin_.folder_of(place) / file.text),
                              shown.lexically_normal().string()};
        std::string circle;
        for (const auto& open : open_files_) {
            if (open.path == opened.path || !circle.empty()) circle += open.name + " -> ";
        }
        if (!circle.empty()) {
            diagnostics_.report(Code::include_cycle, place, cat("files include each other: ", circle, opened.name));
            return std::nullopt;
        }
        if (open_files_.size() > most_nested_files) {
            diagnostics_.report(Code::over_limit, place,
                                cat("includes are nested more than ", most_nested_files, " deep here"));
            throw TooLarge{};
        }
        std::string text;
        const std::string problem = read_graph_file(opened.path, text);
        if (!problem.empty()) {
            diagnostics_.report(Code::unreadable_file, place, cat(opened.name, ": ", problem));
            return std::nullopt;
        }
        diagnostics_.add_source(opened.name, text);
        Diagnostics found;
        auto tree = read_yaml(text, opened.name, found);
        if (tree && tree->kind != Tree::Kind::map)
            found.report(Code::wrong_shape, tree->location,
                         cat("a graph is a map with the key 'nodes'; this is ", describe(*tree)));
        for (Diagnostic item : found.items()) {
            item.location.context = context;
            diagnostics_.add(std::move(item));
        }
        if (tree && tree->kind != Tree::Kind::map) return std::nullopt;
        if (tree) open_files_.push_back(opened);
        return tree;
    }

    void check_keys(Tree& part) {
        for (const auto& entry : part.entries) {
            if (std::ranges::find(part_keys, entry.key) != part_keys.end()) continue;
            auto& report = diagnostics_.report(Code::unknown_key, entry.location,
                                               cat("a graph that is included has no key '", entry.key, "'"));
            if (std::ranges::find(graph_keys, entry.key) != graph_keys.end()) {
                report.help("the graph that includes it says that for the whole");
            } else {
                report.suggest(did_you_mean(entry.key, {part_keys.begin(), part_keys.end()}));
            }
        }
        std::erase_if(part.entries, [](const TreeEntry& entry) {
            return std::ranges::find(part_keys, entry.key) == part_keys.end();
        });
    }

    void merge(Tree& graph, Tree part) {
        for (auto& entry : part.entries) {
            if (entry.value.kind == Tree::Kind::null) continue;
            TreeEntry* into = graph.find(entry.key);
            const bool members = entry.key == "nodes" || entry.key == "resources";
            const auto kind = members ? Tree::Kind::map : Tree::Kind::sequence;
            if (entry.value.kind != kind) {
                wrong_shape(entry.value, cat("'", entry.key, "' is a ", members ? "map" : "list"));
                continue;
            }
            if (into == nullptr) {
                graph.entries.push_back({entry.key, entry.location, {.kind = kind, .location = entry.value.location}});
                into = &graph.entries.back();
            }
            if (into->value.kind == Tree::Kind::null) into->value.kind = kind;
            if (into->value.kind != kind) continue;  // the draft's reader says so
            std::ranges::move(entry.value.items, std::back_inserter(into->value.items));
            for (auto& member : entry.value.entries) {
                if (const TreeEntry* earlier = into->value.find(member.key)) {
                    diagnostics_
                        .report(Code::duplicate_key, member.location,
                                cat("the name '", member.key, "' is taken already"))
                        .note(earlier->location, "first here");
                } else {
                    into->value.entries.push_back(std::move(member));
                }
            }
        }
    }

    void wrong_shape(const Tree& value, const std::string& expected) {
        diagnostics_.report(Code::wrong_shape, value.location, cat(expected, "; this is ", describe(value)));
    }

    const Origin& origin_;
    Diagnostics& diagnostics_;
    Growth growth_;
    std::vector<OpenFile> open_files_;
};

}  // namespace

fs::path Origin::folder_of(const Location& location) const {
    if (location.file == override_file) return fs::current_path();
    // A graph named without a folder lies in the current one.
    const fs::path parent = location.file == file ? folder : fs::path(location.file).parent_path();
    return fs::absolute(parent.empty() ? "." : parent);
}

bool expand(Tree& graph, const Origin& origin, Diagnostics& diagnostics) {
    if (graph.kind != Tree::Kind::map) return true;
    try {
        Expander(origin, diagnostics).expand_root(graph);
        return true;
    } catch (const TooLarge&) {
        return false;
    }
}

}  // namespace anabranch::framework
