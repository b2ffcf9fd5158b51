#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/draw/drawing.h>
#include <framework/reference/json_object.h>
#include <framework/report/machine.h>
#include <framework/report/run_facts.h>

#include <cmath>

namespace anabranch::framework {
namespace {

std::string seconds_text(double seconds) {
    return json_number(std::round(seconds * 1e6) / 1e6);
}

std::string node_json(const PlanNode& node, const NodeUsage& usage) {
    std::vector<std::string> outputs;
    for (std::size_t o = 0; o < usage.outputs.size(); ++o) {
        outputs.push_back(cat("{\"name\": ", json_quote(node.spec.outputs[o].name),
                              ", \"packets\": ", usage.outputs[o].packets, ", \"rows\": ", usage.outputs[o].rows, "}"));
    }
    std::string text = cat("{\"name\": ", json_quote(node.name), ", \"type\": ", json_quote(node.spec.name),
                           ", \"plugin\": ", json_quote(node.plugin), ", \"calls\": ", usage.calls,
                           ", \"seconds\": ", seconds_text(usage.seconds));
    for (const auto& [name, seconds] :
         {std::pair{"wait_itself", usage.waits.itself}, std::pair{"wait_resources", usage.waits.resources},
          std::pair{"wait_worker", usage.waits.worker}})
        text += cat(", \"", name, "\": ", seconds_text(seconds));
    return text + ", \"outputs\": " + json_list(outputs) + "}";
}

std::string edge_json(const Drawing& drawing, const Drawing::Edge& edge) {
    constexpr std::array<std::string_view, 3> kinds{"data", "side", "feedback"};
    return cat("{\"kind\": \"", kinds.at(static_cast<std::size_t>(edge.kind)),
               "\", \"from\": ", json_quote(drawing.nodes[edge.from].name),
               ", \"output\": ", json_quote(edge.from_port), ", \"to\": ", json_quote(drawing.nodes[edge.to].name),
               ", \"input\": ", json_quote(edge.to_port), ", \"credits\": ", edge.credits, "}");
}

std::string use_json(const Drawing& drawing, const Drawing::Use& use) {
    const std::string user = use.by_node ? drawing.nodes[use.user].name : drawing.resources[use.user].name;
    return cat("{\"resource\": ", json_quote(drawing.resources[use.resource].name), ", \"",
               use.by_node ? "node" : "made", "\": ", json_quote(user), ", \"writes\": ", use.writes ? "true" : "false",
               "}");
}

std::string marks_json(const std::vector<HighWater>& marks) {
    std::vector<std::string> list;
    for (const auto& mark : marks) {
        list.push_back(cat("{\"place\": ", json_quote(mark.place), ", \"packets\": ", mark.packets,
                           ", \"limit\": ", mark.limit, "}"));
    }
    return json_list(list);
}

std::string machine_json() {
    const Machine machine = this_machine();
    JsonObject object;
    object.add_text("processor", machine.processor).add("cores", std::to_string(machine.cores));
    object.add("memory", std::to_string(machine.memory)).add_text("system", machine.system);
    object.add_text("version", machine.version).add_text("compiler", machine.compiler);
    return object.text();
}

template <typename Items, typename Function>
std::string list_of(const Items& items, Function function) {
    std::vector<std::string> list;
    for (const auto& item : items) list.push_back(function(item));
    return json_list(list);
}

}  // namespace

std::string run_facts_json(const Plan& plan, const RunFacts& facts) {
    const Drawing drawing = drawing_of(plan);
    const RunSummary& summary = facts.summary;
    JsonObject object;
    object.add("format", "1").add_text("name", plan.name).add_text("outcome", summary.outcome);
    object.add_text("started", facts.started).add("seconds", seconds_text(summary.seconds));
    object.add("steps", std::to_string(summary.steps));
    object.add("total", facts.total ? std::to_string(*facts.total) : "null").add_text("clock", facts.clock);
    object.add("headline", json_texts(plan.headline)).add("seed", std::to_string(plan.seed));
    object.add_text("engine", facts.settings.engine).add("workers", std::to_string(facts.settings.workers));
    object.add("threads", std::to_string(facts.settings.threads)).add("machine", machine_json());
    object.add("peak_memory", std::to_string(summary.peak_memory)).add("loaded", json_texts(facts.loaded));
    std::vector<std::string> nodes;
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) nodes.push_back(node_json(plan.nodes[n], summary.nodes[n]));
    object.add("nodes", json_list(nodes));
    object.add("edges", list_of(drawing.edges, [&](const auto& edge) { return edge_json(drawing, edge); }));
    object.add("resources", list_of(plan.resources, [](const PlanResource& resource) {
                   return cat("{\"name\": ", json_quote(resource.name), ", \"type\": ", json_quote(resource.spec.name),
                              "}");
               }));
    object.add("uses", list_of(drawing.uses, [&](const auto& use) { return use_json(drawing, use); }));
    object.add("in_flight", marks_json(summary.in_flight)).add("waiting", marks_json(summary.waiting));
    object.add("kept", marks_json(summary.kept)).add("written", json_texts(summary.written));
    object.add("failures", json_texts(facts.failures));
    return object.text() + "\n";
}

}  // namespace anabranch::framework
