#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

bool has_port(const std::vector<Port>& ports, std::string_view name) {
    return std::ranges::find(ports, name, &Port::name) != ports.end();
}

/// Inputs of both kinds: `in` names them alike.
std::vector<Port> ports_in(const Spec& spec) {
    std::vector<Port> ports = spec.inputs;
    ports.insert(ports.end(), spec.side_inputs.begin(), spec.side_inputs.end());
    return ports;
}

class InputCheck {
  public:
    InputCheck(DraftGraph& graph, Diagnostics& diagnostics)
        : graph_(graph), names_(names_of(graph.nodes)), diagnostics_(diagnostics) {}

    void check() {
        for (auto& node : graph_.nodes) {
            for (auto& input : node.inputs) resolve(input.from, input.node, input.output);
            if (node.type != nullptr) ports(node);
        }
        for (auto& edge : graph_.feedback) {
            resolve(edge.from, edge.from_node, edge.output);
            edge.to_node = find_node(edge.to);
            if (!edge.to.part.empty()) {
                diagnostics_
                    .report(Code::wrong_shape, edge.to.part_location,
                            cat("'to' names the node that waits, without a port; this names '", edge.to.part, "'"))
                    .help("to: " + edge.to.name);
            }
        }
        for (auto& discard : graph_.discards) resolve(discard.output, discard.node, discard.port);
    }

  private:
    std::size_t find_node(const Reference& reference) {
        const auto found = std::ranges::find(names_, reference.name);
        if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
        auto& report =
            diagnostics_.report(Code::unknown_node, reference.location, cat("there is no node '", reference.name, "'"));
        report.suggest(did_you_mean(reference.name, names_));
        const auto resources = names_of(graph_.resources);
        if (std::ranges::find(resources, reference.name) != resources.end()) {
            report.help(cat("'", reference.name, "' is a resource; nodes take packets from nodes"));
        }
        return unresolved;
    }

    /// Which output of which node is meant. A name alone means the only output, or the one named `out`.
    void resolve(const Reference& reference, std::size_t& node, std::string& output) {
        node = find_node(reference);
        if (node == unresolved || graph_.nodes[node].type == nullptr) return;
        const DraftNode& from = graph_.nodes[node];
        const auto outputs = names_of(from.spec.outputs);
        const auto listed = [&] { return outputs.empty() ? "it has none" : "it has " + enumerate(outputs); };
        if (!reference.part.empty()) {
            if (has_port(from.spec.outputs, reference.part)) {
                output = reference.part;
            } else if (from.trusted) {
                diagnostics_
                    .report(
                        Code::unknown_output, reference.part_location,
                        cat("node '", from.name, "' of type ", from.type_name, " has no output '", reference.part, "'"))
                    .note(from.location, listed())
                    .suggest(did_you_mean(reference.part, outputs));
            }
        } else if (outputs.size() == 1) {
            output = outputs.front();
        } else if (has_port(from.spec.outputs, "out")) {
            output = "out";
        } else if (from.trusted) {
            auto& report = diagnostics_.report(
                Code::unknown_output, reference.location,
                outputs.empty() ? cat("node '", from.name, "' of type ", from.type_name, " has no outputs")
                                : cat("node '", from.name, "' has several outputs, say which"));
            report.note(from.location, listed());
            if (!outputs.empty()) report.help(cat("such as ", from.name, ".", outputs.front()));
        }
    }

    void ports(DraftNode& node) {
        const auto known = ports_in(node.spec);
        std::vector<std::string> missing = names_of(known);
        for (auto& input : node.inputs) {
            if (input.port.empty()) name_only_input(node, input);
            if (input.port.empty()) missing.clear();  // reported; which were meant is anyone's guess
            std::erase(missing, input.port);
            input.side = has_port(node.spec.side_inputs, input.port);
        }
        for (const auto& input : node.inputs) check_name(node, input, missing);
        if (!node.inputs_readable || !node.trusted) return;
        for (const auto& name : missing) {
            const Port& port = *std::ranges::find(known, name, &Port::name);
            if (port.required) report_missing(node, port);
        }
        const auto joined = std::ranges::count(node.inputs, false, &DraftInput::side);
        if (!node.spec.any_inputs.empty() && static_cast<std::size_t>(joined) <= node.spec.inputs.size()) {
            diagnostics_
                .report(Code::missing_input, node.location,
                        cat("node '", node.name, "' of type ", node.type_name,
                            " takes inputs with names of your choice, and has none"))
                .help("such as in: {first: NODE, second: NODE}");
        }
    }

    void report_missing(const DraftNode& node, const Port& port) {
        diagnostics_
            .report(Code::missing_input, node.location,
                    cat("node '", node.name, "' of type ", node.type_name, " needs the input '", port.name, "'"))
            .help(cat(port.name, ": ", port.help.empty() ? "packets" : port.help, " (",
                      port.type.columns.empty() ? "any columns" : port.type.text(), ")"));
    }

    /// `in: X`: the input named `in`, or the only one.
    void name_only_input(const DraftNode& node, DraftInput& input) {
        const Spec& spec = node.spec;
        const auto& meant = spec.inputs.empty() ? spec.side_inputs : spec.inputs;
        if (has_port(spec.inputs, "in") || (spec.inputs.empty() && !spec.any_inputs.empty())) {
            input.port = "in";
        } else if (meant.size() == 1) {
            input.port = meant.front().name;
        } else if (node.trusted && meant.empty()) {
            diagnostics_.report(
                Code::unknown_input, input.location,
                cat("node '", node.name, "' of type ", node.type_name, " is a source, it takes no input"));
        } else if (node.trusted) {
            std::string example;
            for (const auto& port : meant) example += cat(example.empty() ? "" : ", ", port.name, ": NODE");
            diagnostics_
                .report(Code::unknown_input, input.location,
                        cat("node '", node.name, "' of type ", node.type_name, " has several inputs, name them"))
                .help("in: {" + example + "}");
        }
    }

    /// A name that no input has is taken for a missing one where that can be guessed, so that one slip is told once.
    void check_name(const DraftNode& node, const DraftInput& input, std::vector<std::string>& missing) {
        const Spec& spec = node.spec;
        if (!node.trusted || input.port.empty() || has_port(ports_in(spec), input.port)) return;
        if (!spec.any_inputs.empty()) {
            if (is_name(input.port)) return;
            diagnostics_.report(Code::invalid_name, input.location, cat("'", input.port, "' cannot name an input"))
                .help("use letters, digits, '_' and '-', and begin with a letter");
            return;
        }
        auto meant = did_you_mean(input.port, missing);
        if (!meant && missing.size() == 1) meant = missing.front();
        if (meant) std::erase(missing, *meant);
        diagnostics_
            .report(Code::unknown_input, input.location,
                    cat("node '", node.name, "' of type ", node.type_name, " has no input '", input.port, "'",
                        ports_in(spec).empty() ? ", it is a source" : ""))
            .suggest(meant);
    }

    DraftGraph& graph_;
    std::vector<std::string> names_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_inputs(DraftGraph& graph, Diagnostics& diagnostics) {
    InputCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
