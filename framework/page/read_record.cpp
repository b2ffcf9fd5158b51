#include <anabranch/error.h>
#include <framework/page/json_file.h>
#include <framework/page/run_data.h>
#include <framework/report/run_directory.h>
#include <framework/report/text.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

using Texts = std::vector<std::string>;

RunRecord::Node node_of(const Json& json) {
    RunRecord::Node node{json.at("type"), json.at("plugin"), {.name = json.at("name")}, {}};
    node.usage.calls = json.at("calls");
    node.usage.seconds = json.at("seconds");
    node.usage.waits = {json.at("wait_itself"), json.at("wait_resources"), json.at("wait_worker")};
    for (const Json& output : json.at("outputs")) {
        node.outputs.push_back(output.at("name"));
        node.usage.outputs.push_back({output.at("packets"), output.at("rows")});
    }
    return node;
}

std::vector<std::pair<std::string, std::string>> settings_of(const Json& json) {
    const Json& machine = json.at("machine");
    const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
    return {{"seed", text(json.at("seed"))},
            {"engine", text(json.at("engine"))},
            {"workers x threads", cat(text(json.at("workers")), " x ", text(json.at("threads")))},
            {"peak memory", bytes_text(json.at("peak_memory"))},
            {"processor", text(machine.at("processor"))},
            {"cores", text(machine.at("cores"))},
            {"memory", bytes_text(machine.at("memory"))},
            {"system", text(machine.at("system"))},
            {"anabranch", text(machine.at("version"))},
            {"compiler", text(machine.at("compiler"))}};
}

void read_graph(const Json& json, RunRecord& record) {
    for (const Json& edge : json.at("edges")) {
        record.edges.push_back(
            {edge.at("kind"), edge.at("from"), edge.at("output"), edge.at("to"), edge.at("input"), edge.at("credits")});
    }
    for (const Json& resource : json.at("resources"))
        record.resources.emplace_back(resource.at("name"), resource.at("type"));
    for (const Json& use : json.at("uses"))
        record.uses.push_back({use.at("resource"), use.value("node", ""), use.value("made", ""), use.at("writes")});
}

RunRecord record_of(const Json& json) {
    RunRecord record;
    record.name = json.at("name");
    record.outcome = json.at("outcome");
    record.started = json.at("started");
    record.seconds = json.at("seconds");
    record.steps = json.at("steps");
    if (!json.at("total").is_null()) record.total = json.at("total").get<std::uint64_t>();
    record.processes = 1;
    record.headline = json.at("headline").get<Texts>();
    record.settings = settings_of(json);
    record.loaded = json.at("loaded").get<Texts>();
    for (const Json& node : json.at("nodes")) record.nodes.push_back(node_of(node));
    read_graph(json, record);
    for (const Json& mark : json.at("in_flight"))
        record.in_flight.push_back({mark.at("place"), mark.at("packets"), mark.at("limit")});
    for (const auto* key : {"waiting", "kept"}) {
        for (const Json& mark : json.at(key)) record.waiting[mark.at("place")] = mark.at("packets");
    }
    record.written = json.at("written").get<Texts>();
    record.failures = json.at("failures").get<Texts>();
    return record;
}

/// `later` goes on where `earlier` stopped: work adds up, the rest is the later one's.
RunRecord joined(const RunRecord& earlier, RunRecord later) {
    later.started = earlier.started;
    later.seconds += earlier.seconds;
    later.processes += earlier.processes;
    for (auto& node : later.nodes) {
        for (const auto& other : earlier.nodes) {
            if (other.usage.name == node.usage.name) add_usage(node.usage, other.usage);
        }
    }
    for (const auto& [place, packets] : earlier.waiting) later.waiting[place] = std::max(later.waiting[place], packets);
    return later;
}

}  // namespace

std::optional<RunRecord> read_records(const std::filesystem::path& folder) {
    std::optional<RunRecord> all;
    for (std::size_t number = 1;; ++number) {
        const auto file = RunDirectory::numbered(folder, RunDirectory::record_name, number);
        if (!std::filesystem::exists(file)) return all;
        const Json json = parse_json(file, text_of(file));
        try {
            RunRecord record = record_of(json);
            all = all ? joined(*all, std::move(record)) : std::move(record);
        } catch (const Json::exception& problem) {
            throw Error(cat(file.string(), ": not as this version of anabranch writes it: ", problem.what()));
        }
    }
}

}  // namespace anabranch::framework
