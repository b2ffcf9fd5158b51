#pragma once

#include <anabranch/parameter.h>
#include <anabranch/port.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch {

struct Port {
    std::string name;
    PortType type;
    std::string help;
    bool required = true;  ///< false: a side input that a graph may leave out
};

enum class Access : std::uint8_t { read, write };

/// A resource that a node or another resource needs, named in the graph by a key of the same name.
struct ResourceUse {
    std::string name;        ///< the key in the graph: `policy: ...`
    std::string capability;  ///< what the resource must offer: "causal_lm", "value_head", "tokenizer", ...
    Access access = Access::read;
    bool required = true;
    std::string help;
};

/// What both kinds of types declare.
template <typename Self>
class BasicSpec {
  public:
    std::string name;
    std::string help;
    std::vector<ParameterSpec> parameters;
    std::vector<ResourceUse> uses;
    std::string example_text;  ///< graph lines, as they would stand under `nodes:` or `resources:`
    /// Adjusts ports, uses or capabilities to the parameters, before anything is made; throws an Error for parameters
    /// that do not fit each other. Declared so that a graph is checked against what the node will really do.
    std::function<void(const Parameters&, Self&)> refine_with;

    /// A parameter with a default, whose kind is that of the default.
    template <typename T>
    Self& parameter(std::string parameter_name, const T& standard, std::string parameter_help,
                    Constraint constraint = {}) {
        ParameterValue value = parameter_value(standard);
        const ParameterKind kind = kind_of(value);
        return add({std::move(parameter_name), kind, std::move(value), false, std::move(parameter_help),
                    std::move(constraint)});
    }
    /// A parameter that every graph must give.
    Self& required(std::string parameter_name, ParameterKind kind, std::string parameter_help,
                   Constraint constraint = {}) {
        return add({std::move(parameter_name), kind, {}, true, std::move(parameter_help), std::move(constraint)});
    }
    /// A parameter that may be left out and then has no value (`Parameters::find`).
    Self& optional(std::string parameter_name, ParameterKind kind, std::string parameter_help,
                   Constraint constraint = {}) {
        return add({std::move(parameter_name), kind, {}, false, std::move(parameter_help), std::move(constraint)});
    }
    Self& reads(std::string use, std::string capability, std::string use_help) {
        return add({std::move(use), std::move(capability), Access::read, true, std::move(use_help)});
    }
    Self& may_read(std::string use, std::string capability, std::string use_help) {
        return add({std::move(use), std::move(capability), Access::read, false, std::move(use_help)});
    }
    Self& example(std::string text) {
        example_text = std::move(text);
        return self();
    }
    Self& refine(std::function<void(const Parameters&, Self&)> function) {
        refine_with = std::move(function);
        return self();
    }

  protected:
    BasicSpec(std::string type, std::string what) : name(std::move(type)), help(std::move(what)) {}
    Self& self() { return static_cast<Self&>(*this); }
    Self& add(ParameterSpec parameter) {
        parameters.push_back(std::move(parameter));
        return self();
    }
    Self& add(ResourceUse use) {
        uses.push_back(std::move(use));
        return self();
    }
};

/// Everything about a node type that the host needs to know without making one.
class Spec : public BasicSpec<Spec> {
  public:
    std::vector<Port> inputs;
    std::vector<Port> outputs;
    /// Set: besides `inputs`, any number of inputs with names of the graph's choice, at least one, all of this type.
    std::vector<Port> any_inputs;
    std::vector<Port> side_inputs;
    bool endless = false;
    std::optional<std::uint64_t> packets_used{};
    bool regroups_rows = false;
    bool runs_parallel = false;

    /// `type` is "group.name", `what` one sentence.
    Spec(std::string type, std::string what) : BasicSpec(std::move(type), std::move(what)) {}

    /// Columns as PortType::parse reads them. A node with no input but side inputs is a source.
    Spec& input(std::string port, std::string_view columns, std::string port_help = {}) {
        return put(inputs, std::move(port), columns, std::move(port_help));
    }
    Spec& any_number_of_inputs(std::string_view columns, std::string port_help = {}) {
        return put(any_inputs, "NAME", columns, std::move(port_help));
    }
    /// A whole stream, which must end: kept in memory, and there from the node's first call on (`Call::side`), whatever
    /// its clock. Symbols of dimensions mean lengths within one packet of it.
    Spec& side_input(std::string port, std::string_view columns, std::string port_help = {}) {
        return put(side_inputs, std::move(port), columns, std::move(port_help));
    }
    /// The same, but a graph may leave it out (`Call::has_side`).
    Spec& may_side_input(std::string port, std::string_view columns, std::string port_help = {}) {
        return put(side_inputs, std::move(port), columns, std::move(port_help), false);
    }
    Spec& output(std::string port, std::string_view columns, std::string port_help = {}) {
        return put(outputs, std::move(port), columns, std::move(port_help));
    }
    Spec& writes(std::string use, std::string capability, std::string use_help) {
        return add({std::move(use), std::move(capability), Access::write, true, std::move(use_help)});
    }
    /// Gives more or fewer packets than it takes (packer, batcher, filter): a new clock starts at its outputs.
    Spec& regroups() {
        regroups_rows = true;
        return *this;
    }
    /// A source that never ends by itself; usually said in `refine`, of a parameter that makes it so.
    Spec& never_ends() {
        endless = true;
        return *this;
    }
    /// Passes over the packets behind so many: a run's steps are counted up to there. Usually said in `refine`.
    Spec& uses_packets(std::uint64_t count) {
        packets_used = count;
        return *this;
    }
    /// `process` keeps no state and may run for several packets at once.
    Spec& parallel() {
        runs_parallel = true;
        return *this;
    }

  private:
    // A port declared again (in `refine`) replaces the earlier one.
    Spec& put(std::vector<Port>& ports, std::string port, std::string_view columns, std::string port_help,
              bool required = true);
};

/// Everything about a resource type: a model, a tokenizer.
class ResourceSpec : public BasicSpec<ResourceSpec> {
  public:
    struct View {
        std::string name;  ///< used in graphs as RESOURCE.NAME; empty: the resource itself
        std::vector<std::string> capabilities;
    };
    std::vector<View> views{{"", {}}};

    ResourceSpec(std::string type, std::string what) : BasicSpec(std::move(type), std::move(what)) {}

    ResourceSpec& offers(std::string capability) {
        views.front().capabilities.push_back(std::move(capability));
        return *this;
    }
    /// A part that never changes, whoever writes the resource: `policy.base`, the weights with the adapter off.
    ResourceSpec& view(std::string view_name, std::vector<std::string> capabilities) {
        views.push_back({std::move(view_name), std::move(capabilities)});
        return *this;
    }
};

}  // namespace anabranch
