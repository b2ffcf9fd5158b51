#include <anabranch/error.h>
#include <framework/engine/execution_state.h>
#include <framework/state/state_file.h>

#include <algorithm>
#include <map>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;
using Integers = std::vector<std::int64_t>;

constexpr const char* engine_file = "engine.packets";
constexpr const char* sides_file = "sides.packets";
constexpr std::int64_t none = -1;

fs::path node_file(const fs::path& folder, const PlanNode& node) {
    return folder / "nodes" / (node.name + ".packets");
}
fs::path version_folder(const fs::path& folder, std::size_t number) {
    return folder / "versions" / std::to_string(number);
}
std::string numbered(const std::string& name, std::size_t number) {
    const std::string digits = std::to_string(number);
    return cat(name, ".", std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0'), digits);
}
/// What a slot waits for, so that a save of another graph is noticed.
std::string label(const Plan& plan, const Slot& slot) {
    return cat(static_cast<int>(slot.kind), " ", slot.name, " from ", plan.nodes[slot.from].name, ".", slot.output,
               " - ", slot.offset);
}
std::size_t resource_of(const PlanNode& node, const std::string& use) {
    return std::ranges::find(node.uses, use, &PlanUse::use)->resource;
}
std::int64_t signed_of(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

class Saving {
  public:
    Saving(const Execution& execution, const Plan& plan) : execution_(execution), plan_(plan) {
        for (std::size_t n = 0; n < execution.size(); ++n) sources_.emplace(&execution.station(n).window(), n);
    }

    void node(std::size_t n, const fs::path& folder) {
        const std::string& name = plan_.nodes[n].name;
        const auto runner = execution_.runner(n).saved();
        if (!runner.node.packets().empty()) write_state(node_file(folder, plan_.nodes[n]), runner.node);
        state_.set(name + ".given", Column(Array::of(Integers(runner.given.begin(), runner.given.end()))));
        latest(n, runner.latest);
        const auto station = execution_.station(n).saved();
        state_.set(name + ".next", signed_of(station.join.next));
        state_.set(name + ".ended", static_cast<std::int64_t>(station.ended));
        ends(n, station.join);
        waiting(n, station.join);
        sides(n, station.join);
    }

    void finish(const fs::path& folder, const fs::path& previous) {
        Strings sources(of_tickets_);
        state_.set("tickets", Packet({{"source", sources}}));
        std::vector<std::string> names;
        for (std::size_t v = 0; v < versions_.size(); ++v) {
            const fs::path into = version_folder(folder, v);
            fs::create_directories(into);
            versions_[v].second->save(into);
            names.push_back(plan_.resources[versions_[v].first].name);
        }
        state_.set("versions", Packet({{"resource", Strings(names)}}));
        write_state(folder / engine_file, state_);
        if (sides_.packets().empty()) return;
        std::error_code no_link;
        if (!previous.empty()) fs::create_hard_link(previous / sides_file, folder / sides_file, no_link);
        if (previous.empty() || no_link) write_state(folder / sides_file, sides_);
    }

  private:
    void latest(std::size_t n, const std::vector<std::pair<std::string, Version>>& latest) {
        std::vector<std::string> uses;
        Integers versions;
        for (const auto& [use, version] : latest) {
            uses.push_back(use);
            versions.push_back(number_of(version, resource_of(plan_.nodes[n], use)));
        }
        state_.set(plan_.nodes[n].name + ".latest",
                   Packet({{"use", Strings(std::move(uses))}, {"version", Array::of(std::move(versions))}}));
    }
    void ends(std::size_t n, const KeyedJoin::Saved& join) {
        std::vector<std::string> labels;
        Integers ends;
        for (const auto& slot : execution_.wiring(n).slots) labels.push_back(label(plan_, slot));
        for (const auto& end : join.ends) ends.push_back(end ? signed_of(*end) : none);
        state_.set(plan_.nodes[n].name + ".slots",
                   Packet({{"slot", Strings(std::move(labels))}, {"end", Array::of(std::move(ends))}}));
    }
    void waiting(std::size_t n, const KeyedJoin::Saved& join) {
        const std::string& name = plan_.nodes[n].name;
        Integers slots;
        Integers sequences;
        Integers versions;
        Integers tickets;
        for (std::size_t i = 0; i < join.waiting.size(); ++i) {
            const auto& item = join.waiting[i];
            slots.push_back(signed_of(item.slot));
            sequences.push_back(signed_of(item.sequence));
            versions.push_back(number_of(item.version, execution_.wiring(n).slots[item.slot].resource));
            tickets.push_back(number_of(item.ticket));
            state_.set(numbered(name + ".packet", i), item.packet);
        }
        state_.set(name + ".waiting", Packet({{"slot", Array::of(std::move(slots))},
                                              {"sequence", Array::of(std::move(sequences))},
                                              {"version", Array::of(std::move(versions))},
                                              {"ticket", Array::of(std::move(tickets))}}));
    }
    void sides(std::size_t n, const KeyedJoin::Saved& join) {
        if (join.sides == nullptr) return;
        const std::string& name = plan_.nodes[n].name;
        for (const auto& [port, packets] : *join.sides) {
            sides_.set(cat(name, ".", port), signed_of(packets.size()));
            for (std::size_t i = 0; i < packets.size(); ++i) sides_.set(numbered(cat(name, ".", port), i), packets[i]);
        }
    }
    std::int64_t number_of(const Version& version, std::size_t resource) {
        if (version == nullptr) return none;
        const auto found = std::ranges::find(versions_, version, &std::pair<std::size_t, Version>::second);
        const auto number = found - versions_.begin();
        if (found == versions_.end()) versions_.emplace_back(resource, version);
        return number;
    }
    /// Packets that come from one packet of a source hold one ticket.
    std::int64_t number_of(const Ticket& ticket) {
        if (ticket == nullptr) return none;
        const auto [found, added] = tickets_.emplace(ticket, signed_of(tickets_.size()));
        if (added) of_tickets_.push_back(plan_.nodes[sources_.at(ticket.get())].name);
        return found->second;
    }

    const Execution& execution_;
    const Plan& plan_;
    std::map<const void*, std::size_t> sources_;  ///< by window: the node
    std::map<Ticket, std::int64_t, std::owner_less<>> tickets_;
    std::vector<std::string> of_tickets_;
    std::vector<std::pair<std::size_t, Version>> versions_;  ///< with the resource
    State state_;
    State sides_;
};

class Restoring {
  public:
    Restoring(Execution& execution, const Plan& plan, ResourceStore& resources, const fs::path& folder)
        : execution_(execution), plan_(plan), folder_(folder), state_(read_state(folder / engine_file)) {
        if (fs::exists(folder / sides_file)) sides_ = read_state(folder / sides_file);
        const auto& names = state_.packet("versions").strings("resource");
        for (std::size_t v = 0; v < names.size(); ++v) {
            const auto resource = std::ranges::find(plan.resources, names[v], &PlanResource::name);
            if (resource == plan.resources.end())
                throw Error(cat("the graph has no resource '", names[v], "' any more"));
            versions_.push_back(resources.load_version(static_cast<std::size_t>(resource - plan.resources.begin()),
                                                       version_folder(folder, v)));
        }
        for (const auto& name : state_.packet("tickets").strings("source")) {
            const auto source = std::ranges::find(plan.nodes, name, &PlanNode::name);
            if (source == plan.nodes.end()) throw Error(cat("the graph has no node '", name, "' any more"));
            tickets_.push_back(execution.station(static_cast<std::size_t>(source - plan.nodes.begin())).ticket());
        }
    }

    void node(std::size_t n) {
        const std::string& name = plan_.nodes[n].name;
        if (!state_.has(name + ".next")) throw Error(cat("node '", name, "' was not in the graph"));
        NodeRunner::Saved runner;
        const fs::path file = node_file(folder_, plan_.nodes[n]);
        if (fs::exists(file)) runner.node = read_state(file);
        const auto given = state_.array(name + ".given").values<std::int64_t>();
        runner.given.assign(given.begin(), given.end());
        const Packet& latest = state_.packet(name + ".latest");
        for (std::size_t i = 0; i < static_cast<std::size_t>(latest.rows()); ++i)
            runner.latest.emplace_back(latest.strings("use")[i], version(latest.values<std::int64_t>("version")[i]));
        execution_.runner(n).restore(std::move(runner));

        Station::Saved station{.ended = state_.integer(name + ".ended") != 0};
        station.join.next = static_cast<std::uint64_t>(state_.integer(name + ".next"));
        ends(n, station.join);
        waiting(n, station.join);
        sides(n, station.join);
        execution_.station(n).restore(std::move(station));
    }

  private:
    void ends(std::size_t n, KeyedJoin::Saved& join) const {
        const Packet& slots = state_.packet(plan_.nodes[n].name + ".slots");
        std::vector<std::string> labels;
        for (const auto& slot : execution_.wiring(n).slots) labels.push_back(label(plan_, slot));
        if (slots.strings("slot") != labels)
            throw Error(cat("node '", plan_.nodes[n].name, "' had other inputs, resources or feedback"));
        for (const std::int64_t end : slots.values<std::int64_t>("end"))
            join.ends.push_back(end == none ? std::nullopt : std::optional(static_cast<std::uint64_t>(end)));
    }
    void waiting(std::size_t n, KeyedJoin::Saved& join) const {
        const std::string& name = plan_.nodes[n].name;
        const Packet& items = state_.packet(name + ".waiting");
        for (std::size_t i = 0; i < static_cast<std::size_t>(items.rows()); ++i) {
            const auto value = [&](const char* column) { return items.values<std::int64_t>(column)[i]; };
            const std::int64_t ticket = value("ticket");
            join.waiting.push_back(
                {.slot = static_cast<std::size_t>(value("slot")),
                 .sequence = static_cast<std::uint64_t>(value("sequence")),
                 .packet = state_.packet(numbered(name + ".packet", i)),
                 .version = version(value("version")),
                 .ticket = ticket == none ? nullptr : tickets_.at(static_cast<std::size_t>(ticket))});
        }
    }
    void sides(std::size_t n, KeyedJoin::Saved& join) const {
        SideStreams streams;
        for (const auto& input : plan_.nodes[n].side_inputs) {
            const std::string name = cat(plan_.nodes[n].name, ".", input.port);
            if (!sides_.has(name)) continue;
            auto& packets = streams[input.port];
            const auto count = static_cast<std::size_t>(sides_.integer(name));
            for (std::size_t i = 0; i < count; ++i) packets.push_back(sides_.packet(numbered(name, i)));
        }
        if (!streams.empty()) join.sides = std::make_shared<const SideStreams>(std::move(streams));
    }
    [[nodiscard]] Version version(std::int64_t number) const {
        return number == none ? nullptr : versions_.at(static_cast<std::size_t>(number));
    }

    Execution& execution_;
    const Plan& plan_;
    fs::path folder_;
    State state_;
    State sides_;
    std::vector<Version> versions_;
    std::vector<Ticket> tickets_;
};

}  // namespace

void save_execution(const Execution& execution, const Plan& plan, const ResourceStore& resources,
                    const fs::path& folder, const fs::path& previous) {
    fs::create_directories(folder / "nodes");
    Saving saving(execution, plan);
    for (std::size_t n = 0; n < execution.size(); ++n) saving.node(n, folder);
    saving.finish(folder, previous);
    std::vector<std::string> problems;
    for (const auto& saved : resources.save(folder / saved_folder, problems)) {
        if (fs::is_empty(saved))
            problems.push_back(
                cat("resource '", saved.filename().string(), "' is written by a node and saves nothing"));
    }
    if (!problems.empty()) throw Error(problems.front());
}

void restore_execution(Execution& execution, const Plan& plan, ResourceStore& resources, const fs::path& folder) {
    with_context([&] { return folder.string(); },
                 [&] {
                     Restoring restoring(execution, plan, resources, folder);
                     for (std::size_t n = 0; n < execution.size(); ++n) restoring.node(n);
                 });
    resources.load(folder / saved_folder);  // last: the versions went through the same resources
}

bool sides_whole(const Execution& execution) {
    for (std::size_t n = 0; n < execution.size(); ++n) {
        if (!execution.station(n).join().sides_whole()) return false;
    }
    return true;
}

}  // namespace anabranch::framework
