#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/reference/json_object.h>
#include <framework/reference/reference.h>

namespace anabranch::framework {
namespace {

constexpr std::string_view name_pattern = "^[A-Za-z_][A-Za-z0-9_-]*$";

std::string reference(std::string_view definition) {
    return JsonObject().add_text("$ref", cat("#/definitions/", definition)).text();
}

/// The value, or a variable that stands for it.
std::string or_variable(const std::string& schema) {
    return JsonObject().add("anyOf", json_list({schema, reference("variable")})).text();
}

JsonObject typed(std::string_view type) {
    JsonObject schema;
    schema.add_text("type", type);
    return schema;
}

std::string element(const Constraint& constraint, std::string_view type) {
    JsonObject schema = typed(type);
    if (constraint.minimum)
        schema.add(constraint.open_minimum ? "exclusiveMinimum" : "minimum", json_number(*constraint.minimum));
    if (constraint.maximum) schema.add("maximum", json_number(*constraint.maximum));
    if (!constraint.choices.empty()) schema.add("enum", json_texts(constraint.choices));
    return schema.text();
}

std::string list_of(const Constraint& constraint, std::string_view type) {
    return typed("array").add("items", or_variable(element(constraint, type))).text();
}

std::string value_schema(const ParameterSpec& spec) {
    switch (spec.kind) {
        case ParameterKind::boolean:
            return element({}, "boolean");
        case ParameterKind::integer:
            return element(spec.constraint, "integer");
        case ParameterKind::number:
            return element(spec.constraint, "number");
        case ParameterKind::text:
        case ParameterKind::path:
            return element(spec.constraint, "string");
        case ParameterKind::texts:
            return list_of(spec.constraint, "string");
        case ParameterKind::integers:
            return list_of(spec.constraint, "integer");
        case ParameterKind::numbers:
            return list_of(spec.constraint, "number");
        case ParameterKind::number_map:
            break;
    }
    return typed("object").add("additionalProperties", or_variable(element(spec.constraint, "number"))).text();
}

std::string parameter_schema(const ParameterSpec& spec) {
    std::vector<std::string> choices{value_schema(spec), reference("variable")};
    if (!spec.required && !spec.standard) choices.push_back(typed("null").text());
    JsonObject schema;
    schema.add_text("description", cat(spec.help, " (", spec.describe(), ")"));
    if (spec.standard) schema.add("default", text_of(*spec.standard));
    return schema.add("anyOf", json_list(choices)).text();
}

/// `in`: a reference where one input is meant, a map of names otherwise.
std::string input_schema(const Spec& spec) {
    JsonObject named;
    std::vector<std::string> required;
    std::string help;
    for (const auto* ports : {&spec.inputs, &spec.side_inputs}) {
        for (const auto& port : *ports) {
            const std::string what = cat(port.help, port.help.empty() ? "" : ": ",
                                         port.type.text().empty() ? "any columns" : port.type.text());
            named.add(port.name,
                      JsonObject().add_text("description", what).add("allOf", json_list({reference("output")})).text());
            if (port.required) required.push_back(port.name);
            help += (help.empty() ? "" : "; ") + port.name + ": " + what;
        }
    }
    JsonObject map = typed("object");
    map.add("properties", named.text());
    if (!required.empty() && spec.any_inputs.empty()) map.add("required", json_texts(required));
    map.add("additionalProperties", spec.any_inputs.empty() ? "false" : reference("output"));
    std::vector<std::string> ways{map.text()};
    if (required.size() <= 1) ways.insert(ways.begin(), reference("output"));
    return JsonObject()
        .add_text("description", spec.any_inputs.empty()
                                     ? help
                                     : cat("inputs with names of your choice: ", spec.any_inputs.front().type.text()))
        .add("anyOf", json_list(ways))
        .text();
}

template <typename AnySpec>
std::string member_schema(const AnySpec& spec) {
    JsonObject properties;
    std::vector<std::string> required{"type"};
    properties.add("type", JsonObject().add_text("description", spec.help).text());
    if constexpr (requires { spec.inputs; }) {
        const bool takes = !spec.inputs.empty() || !spec.any_inputs.empty();
        if (takes || !spec.side_inputs.empty()) properties.add("in", input_schema(spec));
        if (takes) required.emplace_back("in");
    }
    for (const auto& use : spec.uses) {
        const std::string what = cat(use.help, " (a resource that is a ", use.capability, ")");
        properties.add(use.name, JsonObject().add_text("description", what).add_text("type", "string").text());
        if (use.required && !spec.refine_with) required.push_back(use.name);
    }
    for (const auto& parameter : spec.parameters) {
        properties.add(parameter.name, parameter_schema(parameter));
        if (parameter.required) required.push_back(parameter.name);
    }
    return typed("object")
        .add_text("description", spec.help)
        .add("properties", properties.text())
        .add("required", json_texts(required))
        .add("additionalProperties", "false")
        .text();
}

/// A map with a `type` that says which of the definitions it must fit.
template <typename Type>
void add_kind(const Host& host, std::string_view kind, std::vector<Type> Registry::*types, JsonObject& definitions) {
    std::vector<std::string> names;
    std::vector<std::string> rules;
    for (const auto& plugin : host.plugins()) {
        for (const auto& type : plugin.registry.*types) {
            const auto& spec = type.spec;
            names.push_back(JsonObject().add_text("const", spec.name).add_text("description", spec.help).text());
            const std::string when = JsonObject().add("type", JsonObject().add_text("const", spec.name).text()).text();
            rules.push_back(JsonObject()
                                .add("if", JsonObject().add("properties", when).add("required", "[\"type\"]").text())
                                .add("then", reference(cat(kind, " ", spec.name)))
                                .text());
            definitions.add(cat(kind, " ", spec.name), member_schema(spec));
        }
    }
    names.push_back(reference("variable"));
    JsonObject any = typed("object");
    any.add("properties", JsonObject().add("type", JsonObject().add("anyOf", json_list(names)).text()).text());
    any.add("required", "[\"type\"]");
    if (!rules.empty()) any.add("allOf", json_list(rules));
    definitions.add(kind, any.text());
}

std::string named_map(std::string_view description, const std::string& values) {
    JsonObject schema;
    schema.add_text("description", description).add("type", "[\"object\", \"null\"]");
    schema.add("propertyNames", JsonObject().add_text("pattern", name_pattern).text());
    return schema.add("additionalProperties", values).text();
}

std::string described(std::string_view description, const std::string& value) {
    return JsonObject()
        .add_text("description", description)
        .add("anyOf", json_list({value, reference("variable")}))
        .text();
}

std::string list(std::string_view description, const std::string& items) {
    return JsonObject()
        .add_text("description", description)
        .add("type", "[\"array\", \"null\"]")
        .add("items", items)
        .text();
}

std::string feedback_edge() {
    const std::string credits = typed("integer").add("minimum", "1").add("default", "1").text();
    const std::string properties =
        JsonObject()
            .add("from", described("the output whose packets are waited for: NODE.OUTPUT", reference("output")))
            .add("to", described("the node that waits", reference("output")))
            .add("credits", described("how many packets may be under way in the loop; 1: strictly on-policy", credits))
            .text();
    return typed("object")
        .add("properties", properties)
        .add("required", json_texts({"from", "to"}))
        .add("additionalProperties", "false")
        .text();
}

std::string include_entry() {
    return typed("object")
        .add("properties",
             JsonObject()
                 .add("file", described("the file that is included, from this file's folder", typed("string").text()))
                 .text())
        .add("required", json_texts({"file"}))
        .text();
}

}  // namespace

std::string graph_schema(const Host& host) {
    JsonObject properties;
    properties.add("name", described("what runs are called; default: the file's name", typed("string").text()));
    properties.add("seed", described("all random numbers of a run follow from it; default 0",
                                     typed("integer").add("minimum", "0").text()));
    properties.add("steps", described("packets that each source gives at most; default: to the end of the data",
                                      JsonObject().add("type", "[\"integer\", \"null\"]").add("minimum", "1").text()));
    properties.add("save", described("checkpoints during a run: {every: 100, keep: 2, best: {metric: NAME, mode: min}}",
                                     JsonObject().add("type", "[\"object\", \"null\"]").text()));
    properties.add("headline", list("metrics that tell how a run went, shown at its end", typed("string").text()));
    properties.add("variables", named_map("values that $NAME stands for in this file", "{}"));
    properties.add("include", named_map("files whose nodes and resources are taken in, by the prefix of their names: "
                                        "{file: FILE, VARIABLE: value}",
                                        include_entry()));
    properties.add("resources", named_map("made once, shared by the nodes that name them", reference("resource")));
    properties.add("nodes", named_map("the steps of the pipeline", reference("node")));
    properties.add("feedback", list("loops, with the packets that may be under way in them", feedback_edge()));
    properties.add("discard", list("outputs that are not wanted", reference("output")));
    JsonObject definitions;
    definitions.add("variable", typed("string").add_text("pattern", "^\\$").text());
    definitions.add("output",
                    typed("string").add_text("description", "NODE or NODE.OUTPUT").add("minLength", "1").text());
    add_kind(host, "resource", &Registry::resources, definitions);
    add_kind(host, "node", &Registry::nodes, definitions);
    return typed("object")
               .add_text("$schema", "http://json-schema.org/draft-07/schema#")
               .add_text("title", "A graph of Anabranch")
               .add("properties", properties.text())
               .add("additionalProperties", "false")
               .add("definitions", definitions.text())
               .text() +
           "\n";
}

}  // namespace anabranch::framework
