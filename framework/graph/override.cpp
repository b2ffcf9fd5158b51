#include <anabranch/error.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/graph/override.h>
#include <framework/graph/utf8.h>
#include <framework/graph/yaml_reader.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace anabranch::framework {
namespace {

constexpr std::size_t most_parts = 16;

struct Part {
    std::string name;
    Location location;
};

std::vector<Part> split(const Override& change, int number) {
    const std::string& path = change.path;
    const std::size_t before = count_characters(change.prefix);
    std::vector<Part> parts;
    std::size_t first = 0;
    while (true) {
        const std::size_t dot = std::min(path.find('.', first), path.size());
        const auto column = static_cast<int>(before + count_characters(std::string_view(path).substr(0, first))) + 1;
        parts.push_back({path.substr(first, dot - first), {std::string(override_file), number, column}});
        if (dot == path.size()) return parts;
        first = dot + 1;
    }
}

/// Moves the places of a value that was read on its own behind "path=".
void relocate(Tree& tree, int line, int columns) {
    const auto move = [&](Location& location) {
        if (location.line == 1) location.column += columns;
        location.line = line;
    };
    move(tree.location);
    for (auto& item : tree.items) relocate(item, line, columns);
    for (auto& entry : tree.entries) {
        move(entry.location);
        relocate(entry.value, line, columns);
    }
}

class Application {
  public:
    Application(Tree& graph, const Override& change, int number, Diagnostics& diagnostics)
        : graph_(graph), parts_(split(change, number)), diagnostics_(diagnostics) {}

    void apply(Tree value) {
        if (parts_.size() > most_parts) {
            diagnostics_.report(Code::unknown_override, parts_.front().location,
                                cat("the path has ", parts_.size(), " parts, no graph is that deep"));
            return;
        }
        Tree* place = &graph_;
        for (std::size_t depth = 0; depth < parts_.size(); ++depth) {
            place = step(*place, depth);
            if (place == nullptr) return;
        }
        *place = std::move(value);
    }

  private:
    Tree* step(Tree& at, std::size_t depth) {
        const Part& part = parts_[depth];
        if (at.kind == Tree::Kind::sequence) return item(at, part);
        if (at.kind == Tree::Kind::null && depth >= 3) at.kind = Tree::Kind::map;
        if (at.kind != Tree::Kind::map) {
            diagnostics_.report(Code::unknown_override, part.location,
                                cat("there is no '", part.name, "' to set, ", before(depth), " is ", describe(at)));
            return nullptr;
        }
        if (TreeEntry* entry = at.find(part.name)) {
            if (depth + 1 == parts_.size()) entry->location = part.location;
            return &entry->value;
        }
        return may_add(depth) ? add(at, part) : missing(at, depth);
    }
    Tree* item(Tree& at, const Part& part) {
        std::size_t index = 0;
        const char* end = part.name.data() + part.name.size();
        const auto result = std::from_chars(part.name.data(), end, index);
        if (result.ec == std::errc() && result.ptr == end && index < at.items.size()) return &at.items[index];
        diagnostics_.report(Code::unknown_override, part.location,
                            cat("there is no item '", part.name, "', the list has ", at.items.size(), " (from 0)"));
        return nullptr;
    }
    /// Values that have a default need not stand in the file; nodes and resources must.
    [[nodiscard]] bool may_add(std::size_t depth) const {
        if (depth == 0) return parts_.size() == 1 && std::ranges::find(graph_keys, parts_[0].name) != graph_keys.end();
        return (depth >= 2 || parts_[0].name == "save") && !parts_[depth].name.empty();
    }
    Tree* add(Tree& at, const Part& part) {
        at.entries.push_back({part.name, part.location, {.kind = Tree::Kind::null, .location = part.location}});
        return &at.entries.back().value;
    }
    Tree* missing(const Tree& at, std::size_t depth) {
        std::vector<std::string> known;
        for (const auto& entry : at.entries) known.push_back(entry.key);
        if (depth == 0) known.assign(graph_keys.begin(), graph_keys.end());
        const std::string& name = parts_[depth].name;
        const bool absent = depth == 0 && std::ranges::find(graph_keys, name) != graph_keys.end();
        const std::string where = absent ? "the graph" : depth == 0 ? "a graph" : before(depth);
        auto& report =
            diagnostics_.report(Code::unknown_override, parts_[depth].location, cat(where, " has no '", name, "'"));
        if (!absent) report.suggest(did_you_mean(name, known));
        if (const auto prefix = include_of(name)) {
            report.help(cat("it comes with an include: give the included file a variable, and --set include.", *prefix,
                            ".VARIABLE=..."));
        }
        return nullptr;
    }
    /// The include that a node or resource with this name would come from.
    [[nodiscard]] std::optional<std::string> include_of(const std::string& name) const {
        const TreeEntry* includes = graph_.find("include");
        if (includes == nullptr) return std::nullopt;
        for (const auto& entry : includes->value.entries) {
            if (name.starts_with(entry.key + "-")) return entry.key;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::string before(std::size_t depth) const {
        std::string path;
        for (std::size_t i = 0; i < depth; ++i) path += (i == 0 ? "" : ".") + parts_[i].name;
        return "'" + path + "'";
    }

    Tree& graph_;
    std::vector<Part> parts_;
    Diagnostics& diagnostics_;
};

}  // namespace

Override Override::parse(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
        throw Error(cat("--set '", text, "': expected path=value, such as --set nodes.rollout.max_new_tokens=64"));
    }
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

void apply_overrides(Tree& graph, std::span<const Override> overrides, Diagnostics& diagnostics) {
    std::vector<std::string> shown;
    int position = 0;
    for (const auto& change : overrides) {
        ++position;
        const int number = change.number == 0 ? position : change.number;
        std::string line = change.prefix + change.path + "=" + change.value;
        std::ranges::replace(line, '\n', ' ');
        const auto index = static_cast<std::size_t>(number) - 1;
        shown.resize(std::max(shown.size(), index + 1));
        shown[index] = std::move(line);
        Diagnostics found;
        auto value = read_yaml(change.value, std::string(override_file), found);
        const auto columns = static_cast<int>(count_characters(change.prefix + change.path)) + 1;
        for (Diagnostic problem : found.items()) {
            problem.location.column += problem.location.line <= 1 ? columns : 0;
            problem.location.line = number;
            diagnostics.report(problem.code, problem.location, problem.message).help(problem.help_text);
        }
        if (!value) continue;
        relocate(*value, number, columns);
        if (graph.kind == Tree::Kind::map) Application(graph, change, number, diagnostics).apply(std::move(*value));
    }
    std::string lines;
    for (const auto& line : shown) lines += line + "\n";
    diagnostics.add_source(std::string(override_file), lines);
}

}  // namespace anabranch::framework
