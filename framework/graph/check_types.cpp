#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>
#include <framework/graph/scalar.h>

#include <algorithm>
#include <map>

namespace anabranch::framework {
namespace {

/// Checks one node or resource after the other; `what` is which of the two.
template <typename Member>
class TypeCheck {
  public:
    TypeCheck(const DraftGraph& graph, std::string_view what, const Origin& origin, const Made& made,
              Diagnostics& diagnostics)
        : graph_(graph), what_(what), origin_(origin), made_(made), diagnostics_(diagnostics) {}

    template <typename Type>
    void check(Member& member, const Found<Type>& found) {
        member.type = found.type;
        member.plugin = found.plugin->name;
        member.spec = found.type->spec;
        values_.clear();
        const bool fits = read_parameters(member);
        member.trusted = fits ? refine(member) : !member.spec.refine_with;
        sort_settings(member);
    }

  private:
    bool read_parameters(const Member& member) {
        bool fits = true;
        for (const auto& spec : member.spec.parameters) {
            const TreeEntry* entry = setting(member, spec.name);
            const bool may_be_left_out = !spec.standard && !spec.required;
            if (entry != nullptr && may_be_left_out && entry->value.kind == Tree::Kind::null) continue;
            if (entry != nullptr) {
                fits = read_parameter(spec, *entry) && fits;
            } else if (spec.standard) {
                values_.emplace(spec.name, spec.kind == ParameterKind::path ? absolute(*spec.standard, origin_.folder)
                                                                            : *spec.standard);
            } else if (spec.required) {
                diagnostics_
                    .report(Code::missing_parameter, member.location,
                            cat(what_, " '", member.name, "' needs the parameter '", spec.name, "' of type ",
                                member.type_name))
                    .help(cat(spec.name, ": ", spec.help, " (", spec.describe(), ")"));
                fits = false;
            }
        }
        return fits;
    }

    bool read_parameter(const ParameterSpec& spec, const TreeEntry& entry) {
        auto value = framework::read_parameter(entry.value, spec.kind);
        std::optional<std::string> problem;
        if (!value) {
            problem = cat("is ", describe(entry.value), ", expected ", spec.describe());
        } else {
            problem = spec.problem(*value);
            const auto* text = std::get_if<std::string>(&*value);
            if (spec.kind == ParameterKind::path && text->find('\0') != std::string::npos)
                problem = "has a NUL character in it, which no path has";
        }
        if (problem) {
            auto& report = diagnostics_.report(Code::invalid_parameter, entry.value.location,
                                               cat("parameter '", spec.name, "' ", *problem));
            if (value && entry.value.kind == Tree::Kind::scalar) {
                report.suggest(did_you_mean(entry.value.text, spec.constraint.choices));
            }
            return false;
        }
        if (spec.kind == ParameterKind::path) {
            value = path(*value, entry.value.location);
            if (!value) return false;
        }
        values_.emplace(spec.name, std::move(*value));
        return true;
    }

    std::optional<ParameterValue> path(const ParameterValue& value, const Location& location) {
        const auto& text = std::get<std::string>(value);
        if (text.starts_with(made_prefix)) return made_path(text, location, made_, diagnostics_);
        return absolute(value, origin_.folder_of(location));
    }

    static ParameterValue absolute(const ParameterValue& value, const std::filesystem::path& folder) {
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr || text->empty()) return value;
        return (folder / *text).lexically_normal().string();
    }

    bool refine(Member& member) {
        try {
            member.parameters = Parameters(member.spec.parameters, values_);
            if (member.spec.refine_with) {
                const auto function = member.spec.refine_with;
                auto refined = member.spec;
                function(member.parameters, refined);
                member.spec = std::move(refined);
            }
            return true;
        } catch (const std::exception& problem) {
            diagnostics_.report(Code::conflicting_parameters, member.location,
                                cat(what_, " '", member.name, "': ", problem.what()));
            return false;
        }
    }

    /// What is no parameter names a resource, or nothing at all.
    void sort_settings(Member& member) {
        const auto& spec = member.spec;
        for (const TreeEntry* entry : member.settings) {
            if (std::ranges::find(spec.parameters, entry->key, &ParameterSpec::name) != spec.parameters.end()) continue;
            const auto use = std::ranges::find(spec.uses, entry->key, &ResourceUse::name);
            if (use == spec.uses.end()) {
                unknown_setting(member, *entry);
            } else if (auto from = read_reference(entry->value)) {
                member.uses.push_back({*use, std::move(*from)});
            } else if (use->required || entry->value.kind != Tree::Kind::null) {
                diagnostics_.report(Code::wrong_shape, entry->value.location,
                                    cat("'", entry->key, "' names a resource, as RESOURCE or RESOURCE.VIEW; this is ",
                                        describe(entry->value)));
            }
        }
        for (const auto& use : spec.uses) {
            if (!use.required || !member.trusted || setting(member, use.name) != nullptr) continue;
            diagnostics_
                .report(
                    Code::missing_resource, member.location,
                    cat(what_, " '", member.name, "' needs '", use.name, "': a resource that is a ", use.capability))
                .help(cat(use.name, ": ", use.help));
        }
    }

    void unknown_setting(const Member& member, const TreeEntry& entry) {
        const auto reference = read_reference(entry.value);
        const auto resources = names_of(graph_.resources);
        // Until its parameters are right, nobody knows which resources the type asks for.
        if (!member.trusted && reference && std::ranges::find(resources, reference->name) != resources.end()) return;
        std::vector<std::string> known = names_of(member.spec.parameters);
        for (const auto& use : member.spec.uses) known.push_back(use.name);
        known.emplace_back("type");
        if constexpr (requires { member.inputs; }) known.emplace_back("in");
        diagnostics_
            .report(Code::unknown_parameter, entry.location,
                    cat("type ", member.type_name, " has no parameter '", entry.key, "'"))
            .suggest(did_you_mean(entry.key, known));
    }

    static const TreeEntry* setting(const Member& member, std::string_view key) {
        const auto found = std::ranges::find(member.settings, key, [](const TreeEntry* entry) { return entry->key; });
        return found == member.settings.end() ? nullptr : *found;
    }

    const DraftGraph& graph_;
    std::string_view what_;
    const Origin& origin_;
    const Made& made_;
    Diagnostics& diagnostics_;
    std::map<std::string, ParameterValue> values_;
};

template <typename Member>
void unknown_type(const Member& member, Code code, std::string_view what, const std::vector<std::string>& known,
                  bool is_other, std::string_view other, Diagnostics& diagnostics) {
    if (member.type_name.empty()) return;  // reported as missing
    auto& report =
        diagnostics.report(code, member.type_location, cat("there is no ", what, " type '", member.type_name, "'"));
    if (is_other) {
        report.help(cat("it is a ", other, " type: it belongs under '", other, "s'"));
    } else if (const auto meant = did_you_mean(member.type_name, known)) {
        report.suggest(meant);
    } else {
        report.help("`anabranch list` shows the types of every plugin that was found");
    }
}

}  // namespace

void check_types(DraftGraph& graph, const Host& host, const Origin& origin, const Made& made,
                 Diagnostics& diagnostics) {
    TypeCheck<DraftResource> resources(graph, "resource", origin, made, diagnostics);
    for (auto& resource : graph.resources) {
        if (const auto found = host.find_resource(resource.type_name)) {
            resources.check(resource, found);
        } else {
            unknown_type(resource, Code::unknown_resource_type, "resource", host.resource_names(),
                         static_cast<bool>(host.find_node(resource.type_name)), "node", diagnostics);
        }
    }
    TypeCheck<DraftNode> nodes(graph, "node", origin, made, diagnostics);
    for (auto& node : graph.nodes) {
        if (const auto found = host.find_node(node.type_name)) {
            nodes.check(node, found);
        } else {
            unknown_type(node, Code::unknown_node_type, "node", host.node_names(),
                         static_cast<bool>(host.find_resource(node.type_name)), "resource", diagnostics);
        }
    }
}

}  // namespace anabranch::framework
