#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/save_section.h>
#include <framework/graph/scalar.h>
#include <framework/graph/variables.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

class SaveReader {
  public:
    explicit SaveReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    std::optional<PlanSave> read(const TreeEntry& section) {
        save_.location = section.location;
        const Tree& value = section.value;
        if (value.kind == Tree::Kind::null) return std::nullopt;
        if (value.kind != Tree::Kind::map) {
            wrong(value, "'save' is written {every: 100, keep: 2, best: {metric: NAME, mode: min}}");
            return std::nullopt;
        }
        for (const auto& entry : value.entries) {
            if (entry.key == "every") {
                number(entry, save_.every);
            } else if (entry.key == "keep") {
                number(entry, save_.keep);
            } else if (entry.key == "best") {
                if (entry.value.kind != Tree::Kind::null) best(entry.value);
            } else {
                unknown(entry, "'save'", {"every", "keep", "best"});
            }
        }
        require(value, "every", "'save'");
        return readable_ ? std::optional(save_) : std::nullopt;
    }

  private:
    void best(const Tree& value) {
        if (value.kind != Tree::Kind::map) return wrong(value, "'best' is written {metric: NAME, mode: min}");
        PlanSave::Best best;
        for (const auto& entry : value.entries) {
            if (entry.key == "metric") {
                if (entry.value.kind == Tree::Kind::scalar) best.metric = entry.value.text;
                if (best.metric.empty()) wrong(entry.value, "'metric' is the name of a metric such as objective/kl");
            } else if (entry.key == "mode") {
                mode(entry.value, best);
            } else {
                unknown(entry, "'best'", {"metric", "mode"});
            }
        }
        require(value, "metric", "'best'");
        save_.best = std::move(best);
    }

    void mode(const Tree& value, PlanSave::Best& best) {
        const bool text = value.kind == Tree::Kind::scalar;
        best.lowest = text && value.text == "min";
        if (best.lowest || (text && value.text == "max")) return;
        readable_ = false;
        diagnostics_
            .report(Code::wrong_shape, value.location, cat("'mode' is 'min' or 'max'; this is ", describe(value)))
            .suggest(text ? did_you_mean(value.text, {"min", "max"}) : std::nullopt);
    }

    void number(const TreeEntry& entry, std::uint64_t& into) {
        const auto number = read_unsigned(entry.value);
        if (!number || *number == 0) return wrong(entry.value, cat("'", entry.key, "' is an integer, at least 1"));
        into = *number;
    }

    void require(const Tree& map, std::string_view key, std::string_view where) {
        if (map.find(key) != nullptr) return;
        readable_ = false;
        diagnostics_.report(Code::missing_key, map.location, cat(where, " has no '", key, "'"));
    }
    void wrong(const Tree& value, const std::string& expected) {
        readable_ = false;
        diagnostics_.report(Code::wrong_shape, value.location, cat(expected, "; this is ", describe(value)));
    }
    void unknown(const TreeEntry& entry, std::string_view where, const std::vector<std::string>& known) {
        readable_ = false;
        diagnostics_.report(Code::unknown_key, entry.location, cat(where, " has no key '", entry.key, "'"))
            .suggest(did_you_mean(entry.key, known));
    }

    Diagnostics& diagnostics_;
    PlanSave save_;
    bool readable_ = true;
};

}  // namespace

std::optional<PlanSave> read_save(const TreeEntry& entry, Diagnostics& diagnostics) {
    return SaveReader(diagnostics).read(entry);
}

std::string save_text(const PlanSave& save) {
    std::string text = cat("{every: ", save.every, ", keep: ", save.keep);
    if (save.best) {
        text += cat(", best: {metric: ", json_quote(escape_variables(save.best->metric)),
                    ", mode: ", save.best->lowest ? "min" : "max", "}");
    }
    return text + "}";
}

void check_save(const DraftGraph& graph, Diagnostics& diagnostics) {
    if (!graph.save) return;
    const DraftNode* first = nullptr;
    for (const auto& node : graph.nodes) {
        if (node.type == nullptr || !node.trusted) return;  // it may write anything
        const bool writes = std::ranges::any_of(node.uses, [](const DraftUse& use) {
            return use.use.access == Access::write && use.resource != unresolved;
        });
        if (!writes) continue;
        if (first == nullptr) {
            first = &node;
        } else if (first->clock != node.clock && first->clock != unresolved && node.clock != unresolved) {
            diagnostics
                .report(Code::save_across_clocks, graph.save->location,
                        cat("'save' counts steps, and '", first->name, "' and '", node.name,
                            "', which both write resources, do not count the same ones"))
                .note(first->location, cat("'", first->name, "' follows one clock"))
                .note(node.location, cat("'", node.name, "' follows another"));
            return;
        }
    }
    if (first != nullptr || graph.nodes.empty()) return;
    diagnostics.report(Code::nothing_to_save, graph.save->location,
                       "no node writes a resource: there is nothing to save");
}

}  // namespace anabranch::framework
