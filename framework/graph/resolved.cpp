#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/graph/checks.h>
#include <framework/graph/save_section.h>
#include <framework/graph/variables.h>

#include <algorithm>
#include <array>

namespace anabranch::framework {
namespace {

/// Names are plain YAML, but for those that YAML takes for something else.
std::string key_text(const std::string& name) {
    constexpr std::array words{"null", "Null", "NULL"};
    return std::ranges::find(words, name) == words.end() ? name : json_quote(name);
}

std::string reference(const std::string& name, const std::string& part) {
    return part.empty() ? key_text(name) : name + "." + part;
}

std::string value_text(ParameterValue value) {
    if (auto* text = std::get_if<std::string>(&value)) *text = escape_variables(std::move(*text));
    if (auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        for (auto& text : *texts) text = escape_variables(std::move(text));
    }
    return text_of(value);
}

template <typename Member>
std::string settings(const Member& member) {
    std::string out = cat("    type: ", json_quote(member.type_name), "\n");
    if constexpr (requires { member.inputs; }) {
        std::string inputs;
        for (const auto& input : member.inputs) {
            inputs +=
                cat(inputs.empty() ? "" : ", ", key_text(input.port), ": ", reference(input.from.name, input.output));
        }
        if (!inputs.empty()) out += cat("    in: {", inputs, "}\n");
    }
    for (const auto& use : member.uses) {
        out += cat("    ", key_text(use.use.name), ": ", reference(use.from.name, use.from.part), "\n");
    }
    for (const auto& spec : member.spec.parameters) {
        const auto value = member.parameters.values().find(spec.name);
        if (value != member.parameters.values().end())
            out += cat("    ", key_text(spec.name), ": ", value_text(value->second), "\n");
    }
    return out;
}

template <typename Member>
std::string members(const std::string& key, const std::vector<Member>& list) {
    std::string out = list.empty() ? "" : key + ":\n";
    for (const auto& member : list) out += cat("  ", key_text(member.name), ":\n", settings(member));
    return out;
}

}  // namespace

std::string resolved_text(const DraftGraph& graph) {
    std::string out = cat("name: ", value_text(graph.name), "\nseed: ", graph.seed, "\n");
    if (graph.steps) out += cat("steps: ", *graph.steps, "\n");
    if (!graph.headline.empty()) out += cat("headline: ", value_text(graph.headline), "\n");
    if (graph.save) out += cat("save: ", save_text(*graph.save), "\n");
    out += members("resources", graph.resources) + members("nodes", graph.nodes);
    if (!graph.feedback.empty()) out += "feedback:\n";
    for (const auto& edge : graph.feedback) {
        out += cat("  - {from: ", reference(edge.from.name, edge.output), ", to: ", key_text(edge.to.name),
                   ", credits: ", edge.credits, "}\n");
    }
    if (!graph.discards.empty()) out += "discard:\n";
    for (const auto& discard : graph.discards) out += cat("  - ", reference(discard.output.name, discard.port), "\n");
    return out;
}

}  // namespace anabranch::framework
