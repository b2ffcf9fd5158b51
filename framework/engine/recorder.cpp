#include <anabranch/error.h>
#include <framework/engine/recorder.h>
#include <framework/report/text.h>

namespace anabranch::framework {

Recorder::Recorder(const Plan& plan, const std::vector<RecordedEdge>& edges, const std::filesystem::path& folder) {
    if (!edges.empty()) std::filesystem::create_directories(folder);
    for (const auto& edge : edges) {
        const Description description{
            {"holds", "stream"},
            {"graph", plan.name},
            {"seed", std::to_string(plan.seed)},
            {"node", edge.node},
            {"port", edge.port},
            {"direction", edge.input ? "input" : "output"},
            {"from", stream_name(plan, edge.from, edge.output)},
            {"columns", plan.nodes[edge.from].spec.outputs[edge.output].type.text()},
            {"resolved", plan.resolved},
        };
        streams_.emplace_back(edge, folder / edge.file, description);
    }
}

void Recorder::Stream::take(const Outcome::Given& given, const Ticket& ticket) {
    const std::scoped_lock lock(mutex);
    if (given.number != next) {
        early.emplace(given.number, std::pair(given.packet, ticket));
        return;
    }
    writer.write(next++, given.packet);
    for (auto entry = early.begin(); entry != early.end() && entry->first == next; entry = early.erase(entry))
        writer.write(next++, entry->second.first);
}

void Recorder::take(const Outcome& outcome) {
    for (auto& stream : streams_) {
        if (stream.from != outcome.node) continue;
        for (const auto& given : outcome.packets) {
            if (given.output == stream.output) stream.take(given, outcome.ticket);
        }
    }
}

std::vector<std::string> Recorder::finish() {
    std::vector<std::string> written;
    for (auto& stream : streams_) {
        const std::scoped_lock lock(stream.mutex);
        stream.early.clear();  // after a failure: what stood before them is missing for good
        stream.writer.finish();
        written.push_back(cat(stream.path.string(), " (", counted(stream.writer.packets(), "packet"), ", ",
                              bytes_text(stream.writer.bytes()), ")"));
    }
    return written;
}

}  // namespace anabranch::framework
