#include <anabranch/node.h>
#include <plugins/common/packets.h>
#include <plugins/flow/nodes.h>

#include <vector>

namespace anabranch::flow {
namespace {

class Repeat final : public Node {
  public:
    static Spec spec() {
        return Spec("flow.repeat",
                    "Gives a stream several times, packet by packet: epochs over what a graph has made. Holds the "
                    "whole stream in memory; to read a file again, use `repeat` of the source.")
            .input("in", "", "packets of any size")
            .output("out", "*", "the same packets, then all of them again, and again")
            .regroups()
            .required("times", ParameterKind::integer, "how often the stream is given", at_least(2))
            .example("epochs: {type: flow.repeat, in: pieces, times: 3}");
    }
    explicit Repeat(const Parameters& p) : times_(p.get<int>("times")) {}

    void process(Call& call) override {
        call.emit().pass(call.in());
        held_.push_back(call.in());
    }
    void flush(Call& call) override {
        for (int time = 1; time < times_; ++time) {
            for (const auto& packet : held_) call.emit().pass(packet);
        }
    }
    void save_state(State& state) const override { save_packets(state, "held", held_); }
    void load_state(const State& state) override { held_ = load_packets(state, "held"); }

  private:
    int times_;
    std::vector<Packet> held_;
};

}  // namespace

void add_repeat(Registry& registry) {
    registry.add<Repeat>();
}

}  // namespace anabranch::flow
