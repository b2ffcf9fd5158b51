#include "fake_graph.h"

#include <algorithm>
#include <fstream>

namespace anabranch::framework::testing {
namespace {

class FakeNode final : public Node {
  public:
    explicit FakeNode(const Behaviour& behaviour) : behaviour_(behaviour) {
        if (behaviour_.make) behaviour_.make();
    }
    void process(Call& call) override {
        if (behaviour_.process) behaviour_.process(call);
    }
    void flush(Call& call) override {
        if (behaviour_.flush) behaviour_.flush(call);
    }
    void save_state(State& state) const override {
        if (behaviour_.save) behaviour_.save(state);
    }
    void load_state(const State& state) override {
        if (behaviour_.load) behaviour_.load(state);
    }
    void close() override {
        if (behaviour_.close) behaviour_.close();
    }

  private:
    const Behaviour& behaviour_;
};

}  // namespace

std::size_t FakeGraph::index(const std::string& name) const {
    const auto found = std::ranges::find(plan_.nodes, name, &PlanNode::name);
    if (found == plan_.nodes.end()) throw Error("the test names no node '" + name + "'");
    return static_cast<std::size_t>(found - plan_.nodes.begin());
}

FakeGraph& FakeGraph::resource(const std::string& name, Make make) {
    const ResourceSpec spec("fake.resource", "A resource of a test.");
    resource_types_.push_back(
        {spec, [make = std::move(make)](const Parameters&, const ResourceContext& context) { return make(context); }});
    PlanResource resource{.name = name,
                          .type = &resource_types_.back(),
                          .plugin = "fakes",
                          .spec = spec,
                          .parameters = {},
                          .uses = {},
                          .location = {"graph.yaml", 2, 3}};
    plan_.resources.push_back(std::move(resource));
    return *this;
}

FakeGraph& FakeGraph::node(const std::string& name, Spec spec, Behaviour behaviour,
                           const std::map<std::string, std::string>& inputs, const std::map<std::string, Use>& uses) {
    auto shared = std::make_shared<const Behaviour>(std::move(behaviour));
    types_.push_back({spec, [shared](const Parameters&) { return std::make_unique<FakeNode>(*shared); }});
    PlanNode node{.name = name,
                  .type = &types_.back(),
                  .plugin = "fakes",
                  .spec = std::move(spec),
                  .parameters = {},
                  .inputs = {},
                  .uses = {},
                  .location = {}};
    node.location = {"graph.yaml", static_cast<int>(plan_.nodes.size()) + 10, 3};
    for (const auto& [port, from] : inputs) {
        const auto dot = from.find('.');
        const auto& sides = node.spec.side_inputs;
        const bool side = std::ranges::find(sides, port, &Port::name) != sides.end();
        (side ? node.side_inputs : node.inputs)
            .push_back({port, index(from.substr(0, dot)), from.substr(dot + 1), node.location});
    }
    for (const auto& [key, use] : uses) {
        const auto found = std::ranges::find(plan_.resources, use.resource, &PlanResource::name);
        const auto resource = static_cast<std::size_t>(found - plan_.resources.begin());
        node.uses.push_back({key, resource, use.view, use.access, use.lag, use.snapshot, node.location});
    }
    node.clock = node.inputs.empty() ? plan_.clocks++ : plan_.nodes[node.inputs.front().node].out_clock;
    node.out_clock = node.spec.regroups_rows ? plan_.clocks++ : node.clock;
    plan_.nodes.push_back(std::move(node));
    return *this;
}

FakeGraph& FakeGraph::numbers(const std::string& name, Behaviour behaviour) {
    if (!behaviour.process) {
        behaviour.process = [](Call& call) {
            call.out().set("value", std::vector<std::int64_t>{static_cast<std::int64_t>(call.sequence())});
        };
    }
    return node(name, Spec("fake.numbers", "Counts.").output("out", "value: i64[B]"), std::move(behaviour));
}

FakeGraph& FakeGraph::map(const std::string& name, const std::string& from,
                          std::function<std::int64_t(Call&, std::int64_t)> function,
                          const std::map<std::string, Use>& uses, bool parallel) {
    Spec spec("fake.map", "Maps a value.");
    spec.input("in", "value: i64[B]").output("out", "*, value: i64[B]");
    if (parallel) spec.parallel();
    const auto process = [function = std::move(function)](Call& call) {
        call.out().set("value", std::vector<std::int64_t>{function(call, value_of(call))});
    };
    return node(name, std::move(spec), {.process = process}, {{"in", from}}, uses);
}

FakeGraph& FakeGraph::collect(const std::string& name, const std::string& from, std::vector<std::int64_t>& seen) {
    const auto process = [&seen](Call& call) { seen.push_back(value_of(call)); };
    return node(name, Spec("fake.collect", "Keeps values.").input("in", "value: i64[B]"), {.process = process},
                {{"in", from}});
}

FakeGraph& FakeGraph::feedback(const std::string& from, const std::string& to, std::uint64_t credits) {
    const auto dot = from.find('.');
    plan_.feedback.push_back(
        {index(from.substr(0, dot)), from.substr(dot + 1), index(to), credits, {"graph.yaml", 40, 3}});
    return *this;
}

std::int64_t value_of(const Call& call, std::string_view port) {
    return call.in(port).values<std::int64_t>("value")[0];
}

std::shared_ptr<const Resource> Cell::snapshot() const {
    return std::make_shared<Cell>(*this);
}

std::shared_ptr<const Resource> Cell::view(std::string_view name) const {
    if (name != "base") return Resource::view(name);
    static const auto base = [] {
        auto cell = std::make_shared<Cell>();
        cell->value = 1000;
        return cell;
    }();
    return base;
}

void Cell::save(const std::filesystem::path& directory) const {
    std::ofstream(directory / "value.txt") << value << '\n';
}

void Cell::load(const std::filesystem::path& directory) {
    std::ifstream(directory / "value.txt") >> value;
}

}  // namespace anabranch::framework::testing
