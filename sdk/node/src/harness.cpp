#include <anabranch/contract.h>
#include <anabranch/harness.h>

namespace anabranch {

Harness::Harness(const NodeType& type, std::map<std::string, ParameterValue> parameters, std::uint64_t seed)
    : type_(type),
      seed_(seed),
      spec_(type.spec),
      parameters_(spec_.parameters, std::move(parameters)),
      random_(Random(seed).fork(spec_.name)) {
    if (spec_.refine_with) spec_.refine_with(parameters_, spec_);
    node_ = type.make(parameters_);
}

const NodeType& Harness::find(const Registry& registry, std::string_view type) {
    std::string known;
    for (const auto& node : registry.nodes) {
        if (node.spec.name == type) return node;
        known += (known.empty() ? "" : ", ") + node.spec.name;
    }
    throw Error(cat("the plugin has no node type '", type, "'; it has: ", known.empty() ? "none" : known));
}

void Harness::lend(const std::string& use, std::shared_ptr<Resource> resource) {
    const std::shared_ptr<const Resource> readable = resource;
    resources_.insert_or_assign(use, Call::Lent{readable, std::move(resource)});
}

void Harness::side(const std::string& port, std::vector<Packet> packets) {
    if (sequence_ > 0) throw Error(cat("side input '", port, "' is given after the first call"));
    sides_->insert_or_assign(port, std::move(packets));
}

std::vector<std::pair<std::string, Packet>> Harness::run(std::map<std::string, Packet, std::less<>> inputs) {
    check_inputs(spec_, inputs);
    check_sides(spec_, *sides_);
    Call call({sequence_, random_.fork(sequence_), std::move(inputs), resources_, sides_});
    ++sequence_;
    pass_columns(spec_, call);
    node_->process(call);
    metrics_ = call.metrics();
    lines_ = call.lines();
    return call.ended() ? std::vector<std::pair<std::string, Packet>>{} : take_outputs(spec_, call, false);
}

Packet Harness::run(Packet in) {
    auto given = run(std::map<std::string, Packet, std::less<>>{{"in", std::move(in)}});
    if (given.empty()) throw Error("the node gave no packet");
    return std::move(given.front().second);
}

void Harness::load(const State& state, std::uint64_t calls) {
    if (sequence_ > 0) throw Error("a state is loaded before the first call");
    node_->load_state(state);
    sequence_ = calls;
}

std::vector<std::pair<std::string, Packet>> Harness::flush() {
    Call call({sequence_, random_.fork(sequence_), {}, resources_, sides_});
    node_->flush(call);
    auto packets = take_outputs(spec_, call, true);
    metrics_ = call.metrics();
    lines_ = call.lines();
    return packets;
}

State Harness::save() const {
    State state;
    node_->save_state(state);
    return state;
}

Harness Harness::resume(const State& state) const {
    Harness resumed(type_, {parameters_.values().begin(), parameters_.values().end()}, seed_);
    resumed.resources_ = resources_;
    resumed.sides_ = sides_;
    resumed.load(state, sequence_);
    return resumed;
}

}  // namespace anabranch
