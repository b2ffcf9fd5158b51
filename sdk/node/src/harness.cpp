#include <anabranch/contract.h>
#include <anabranch/harness.h>

namespace anabranch {

Harness::Harness(const NodeType& type, std::map<std::string, ParameterValue> parameters, std::uint64_t seed)
    : spec_(type.spec), parameters_(spec_.parameters, std::move(parameters)), random_(Random(seed).fork(spec_.name)) {
    if (spec_.refine_with) spec_.refine_with(parameters_, spec_);
    node_ = type.make(parameters_);
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
    return call.ended() ? std::vector<std::pair<std::string, Packet>>{} : take_outputs(spec_, call, false);
}

Packet Harness::run(Packet in) {
    auto given = run(std::map<std::string, Packet, std::less<>>{{"in", std::move(in)}});
    if (given.empty()) throw Error("the node gave no packet");
    return std::move(given.front().second);
}

std::vector<std::pair<std::string, Packet>> Harness::flush() {
    Call call({sequence_, random_.fork(sequence_), {}, resources_, sides_});
    node_->flush(call);
    auto packets = take_outputs(spec_, call, true);
    metrics_ = call.metrics();
    return packets;
}

}  // namespace anabranch
