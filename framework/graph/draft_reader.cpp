#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/graph/save_section.h>
#include <framework/graph/scalar.h>

namespace anabranch::framework {
namespace {

class DraftReader {
  public:
    explicit DraftReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    DraftGraph read(const Tree& tree, const std::string& default_name) {
        graph_.name = default_name;
        graph_.location = graph_.nodes_location = tree.location;
        if (tree.kind != Tree::Kind::map) {
            wrong_shape(tree, "a graph is a map with the key 'nodes'");
            return std::move(graph_);
        }
        for (const auto& entry : tree.entries) top_level(entry);
        if (tree.find("nodes") == nullptr) {
            diagnostics_.report(Code::missing_key, tree.location, "the graph has no 'nodes'");
        }
        return std::move(graph_);
    }

  private:
    void top_level(const TreeEntry& entry) {
        const Tree& value = entry.value;
        if (entry.key == "name") {
            if (value.kind != Tree::Kind::scalar) return wrong_shape(value, "the name of the graph is a text");
            graph_.name = value.text;
        } else if (entry.key == "seed") {
            graph_.seed = unsigned_number(value, "seed", 0).value_or(0);
        } else if (entry.key == "steps") {
            graph_.says_steps = value.kind != Tree::Kind::null;
            if (graph_.says_steps) graph_.steps = unsigned_number(value, "steps", 1);
        } else if (entry.key == "headline") {
            headline(value);
        } else if (entry.key == "save") {
            graph_.save = read_save(entry, diagnostics_);
        } else if (entry.key == "resources") {
            members(value, "resources", "resource", graph_.resources);
        } else if (entry.key == "nodes") {
            graph_.nodes_location = entry.location;
            members(value, "nodes", "node", graph_.nodes);
            const bool empty =
                value.kind == Tree::Kind::null || (value.kind == Tree::Kind::map && value.entries.empty());
            if (empty)
                diagnostics_.report(Code::nothing_to_do, entry.location,
                                    "the graph has no nodes: there is nothing to do");
        } else if (entry.key == "feedback") {
            feedback(value);
        } else if (entry.key == "discard") {
            discard(value);
        } else {
            unknown_key(entry, "a graph", {graph_keys.begin(), graph_keys.end()});
        }
    }

    void headline(const Tree& value) {
        if (value.kind == Tree::Kind::null) return;
        if (auto names = read_parameter(value, ParameterKind::texts)) {
            graph_.headline = std::get<std::vector<std::string>>(*names);
        } else {
            wrong_shape(value, "'headline' is a list of metrics such as [objective/kl, env/reward_mean]");
        }
    }

    std::optional<std::uint64_t> unsigned_number(const Tree& value, std::string_view key, std::uint64_t least) {
        const auto number = read_unsigned(value);
        if (number && *number >= least) return number;
        diagnostics_.report(Code::wrong_shape, value.location,
                            cat("'", key, "' is an integer, at least ", least, "; this is ", describe(value)));
        return std::nullopt;
    }

    template <typename Member>
    void members(const Tree& value, std::string_view key, std::string_view what, std::vector<Member>& list) {
        if (value.kind == Tree::Kind::null) return;
        if (value.kind != Tree::Kind::map) return wrong_shape(value, cat("'", key, "' is a map of names to ", key));
        for (const auto& entry : value.entries) {
            if (!is_name(entry.key)) {
                diagnostics_.report(Code::invalid_name, entry.location, cat("'", entry.key, "' cannot name a ", what))
                    .help("use letters, digits, '_' and '-', and begin with a letter");
            }
            Member member;
            member.name = entry.key;
            member.location = entry.location;
            if (entry.value.kind != Tree::Kind::map) {
                wrong_shape(entry.value, cat(what, " '", entry.key, "' is a map with the key 'type'"));
                if constexpr (requires { member.inputs; }) member.inputs_readable = false;
            } else {
                fill(member, entry, what);
            }
            list.push_back(std::move(member));
        }
    }

    template <typename Member>
    void fill(Member& member, const TreeEntry& from, std::string_view what) {
        for (const auto& entry : from.value.entries) {
            if (entry.key == "type") {
                member.type_location = entry.value.location;
                if (entry.value.kind == Tree::Kind::scalar) member.type_name = entry.value.text;
                if (member.type_name.empty()) wrong_shape(entry.value, "a type is a text such as text.prompt");
                continue;
            }
            if constexpr (requires { member.inputs; }) {
                if (entry.key == "in") {
                    inputs(member, entry);
                    continue;
                }
            }
            member.settings.push_back(&entry);
        }
        if (from.value.find("type") == nullptr) {
            diagnostics_.report(Code::missing_key, from.location, cat(what, " '", from.key, "' has no 'type'"));
        }
    }

    void inputs(DraftNode& node, const TreeEntry& entry) {
        const Tree& value = entry.value;
        if (value.kind == Tree::Kind::map) {
            for (const auto& input : value.entries) {
                if (auto from = reference(input.value, "an input")) {
                    node.inputs.push_back({input.key, input.location, std::move(*from)});
                } else {
                    node.inputs_readable = false;
                }
            }
        } else if (auto from = reference(value, "'in'")) {
            node.inputs.push_back({"", entry.location, std::move(*from)});
        } else {
            node.inputs_readable = false;
        }
    }

    std::optional<Reference> reference(const Tree& value, std::string_view what) {
        auto found = read_reference(value);
        if (!found) {
            diagnostics_
                .report(Code::wrong_shape, value.location,
                        cat(what, " is written NODE or NODE.OUTPUT; this is ", describe(value)))
                .help(value.kind == Tree::Kind::sequence ? "name several inputs: in: {first: a, second: b}" : "");
        }
        return found;
    }

    void feedback(const Tree& value) {
        if (value.kind == Tree::Kind::null) return;
        if (value.kind != Tree::Kind::sequence) {
            graph_.feedback_readable = false;
            return wrong_shape(value, "'feedback' is a list such as [{from: update.step, to: prompts, credits: 1}]");
        }
        for (const auto& item : value.items) {
            if (item.kind != Tree::Kind::map) {
                graph_.feedback_readable = false;
                wrong_shape(item, "a feedback edge is written {from: NODE.OUTPUT, to: NODE, credits: 1}");
                continue;
            }
            feedback_edge(item);
        }
    }

    void feedback_edge(const Tree& item) {
        DraftFeedback edge;
        edge.location = edge.credits_location = item.location;
        bool readable = true;
        for (const auto& entry : item.entries) {
            if (entry.key == "from" || entry.key == "to") {
                auto found = reference(entry.value, cat("'", entry.key, "'"));
                readable = readable && found.has_value();
                if (found) (entry.key == "from" ? edge.from : edge.to) = std::move(*found);
            } else if (entry.key == "credits") {
                edge.credits_location = entry.value.location;
                edge.credits = credits(entry.value);
            } else {
                unknown_key(entry, "a feedback edge", {"from", "to", "credits"});
            }
        }
        for (const std::string_view key : {"from", "to"}) {
            if (item.find(key) != nullptr) continue;
            diagnostics_.report(Code::missing_key, item.location, cat("the feedback edge has no '", key, "'"));
            readable = false;
        }
        graph_.feedback_readable = graph_.feedback_readable && readable;
        if (readable) graph_.feedback.push_back(std::move(edge));
    }

    std::int64_t credits(const Tree& value) {
        const auto number = read_unsigned(value);
        constexpr std::uint64_t most = 1'000'000;
        if (number && *number >= 1 && *number <= most) return static_cast<std::int64_t>(*number);
        diagnostics_.report(Code::invalid_credits, value.location,
                            cat("'credits' is an integer from 1 to ", most, "; this is ", describe(value)));
        return 1;
    }

    void discard(const Tree& value) {
        if (value.kind == Tree::Kind::null) return;
        if (value.kind != Tree::Kind::sequence)
            return wrong_shape(value, "'discard' is a list of outputs such as [update.step]");
        for (const auto& item : value.items) {
            if (auto output = reference(item, "an output")) graph_.discards.push_back({std::move(*output)});
        }
    }

    void wrong_shape(const Tree& value, const std::string& expected) {
        diagnostics_.report(Code::wrong_shape, value.location, cat(expected, "; this is ", describe(value)));
    }
    void unknown_key(const TreeEntry& entry, std::string_view where, const std::vector<std::string>& known) {
        diagnostics_.report(Code::unknown_key, entry.location, cat(where, " has no key '", entry.key, "'"))
            .suggest(did_you_mean(entry.key, known));
    }

    Diagnostics& diagnostics_;
    DraftGraph graph_;
};

}  // namespace

DraftGraph read_draft(const Tree& tree, const std::string& default_name, Diagnostics& diagnostics) {
    return DraftReader(diagnostics).read(tree, default_name);
}

}  // namespace anabranch::framework
