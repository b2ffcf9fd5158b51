#include <anabranch/error.h>
#include <framework/graph/names.h>
#include <framework/host/check_spec.h>

#include <algorithm>
#include <set>
#include <string>

namespace anabranch::framework {
namespace {

void require_name(std::string_view what, const std::string& name) {
    if (!is_name(name)) throw Error(cat(what, " is named '", name, "', expected letters, digits, '_' and '-'"));
}

template <typename AnySpec>
void check_keys(const AnySpec& spec) {
    const bool dotted = std::ranges::all_of(spec.name, [](char c) { return c != ' ' && c != '\n'; });
    if (spec.name.empty() || !dotted) throw Error("a type's name must not be empty or hold blanks");
    std::set<std::string> keys{"type", "in"};
    const auto add = [&](std::string_view what, const std::string& name) {
        require_name(what, name);
        if (!keys.insert(name).second) throw Error(cat(what, " '", name, "' has a name that is taken already"));
    };
    for (const auto& parameter : spec.parameters) {
        add("parameter", parameter.name);
        const auto problem = parameter.standard ? parameter.problem(*parameter.standard) : std::nullopt;
        if (problem) throw Error(cat("the default of parameter '", parameter.name, "' ", *problem));
    }
    for (const auto& use : spec.uses) add("resource use", use.name);
}

void check_ports(std::string_view what, const std::vector<Port>& ports, std::set<std::string> names = {}) {
    for (const auto& port : ports) {
        require_name(what, port.name);
        if (!names.insert(port.name).second) throw Error(cat(what, " '", port.name, "' is declared twice"));
    }
}

}  // namespace

void check_spec(const Spec& spec) {
    check_keys(spec);
    check_ports("input", spec.inputs);
    std::set<std::string> inputs;
    for (const auto& port : spec.inputs) inputs.insert(port.name);
    check_ports("side input", spec.side_inputs, std::move(inputs));
    check_ports("output", spec.outputs);
    const bool source = spec.inputs.empty() && spec.any_inputs.empty();
    if (spec.endless && !source) throw Error("it never ends, it says, but only a source can say that");
}

void check_spec(const ResourceSpec& spec) {
    check_keys(spec);
    for (std::size_t i = 1; i < spec.views.size(); ++i) require_name("view", spec.views[i].name);
}

}  // namespace anabranch::framework
