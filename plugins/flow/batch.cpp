#include <anabranch/node.h>
#include <plugins/common/packets.h>
#include <plugins/common/rows.h>
#include <plugins/flow/nodes.h>

#include <utility>
#include <vector>

namespace anabranch::flow {
namespace {

class Batch final : public Node {
  public:
    static Spec spec() {
        return Spec("flow.batch", "Regroups rows into packets of one size, keeping their order and every column.")
            .input("in", "", "rows in packets of any size; all packets have the same columns")
            .output("out", "*", "the same rows, `rows` to a packet")
            .regroups()
            .parameter("rows", 32, "rows in each packet given", at_least(1))
            .parameter("drop_last", false,
                       "drop the rows that are left at the end and do not fill a packet; the metric "
                       "data/dropped_rows counts them")
            .example("batches: {type: flow.batch, in: answers, rows: 64}");
    }
    explicit Batch(const Parameters& p) : rows_(p.get<std::int64_t>("rows")), drop_last_(p.get<bool>("drop_last")) {}

    void process(Call& call) override {
        if (call.in().rows() == 0) return;
        held_.push_back(call.in());
        held_rows_ += call.in().rows();
        if (held_rows_ < rows_) return;
        const Packet all = concatenate_rows(held_);
        std::int64_t first = 0;
        for (; held_rows_ - first >= rows_; first += rows_) call.emit().pass(slice_rows(all, first, rows_));
        hold(slice_rows(all, first, held_rows_ - first));
    }
    void flush(Call& call) override {
        if (drop_last_) {
            call.metric("data/dropped_rows", static_cast<double>(held_rows_));
        } else if (held_rows_ > 0) {
            call.emit().pass(concatenate_rows(held_));
        }
        hold(Packet());
    }
    void save_state(State& state) const override { save_packets(state, "held", held_); }
    void load_state(const State& state) override {
        held_ = load_packets(state, "held");
        for (const auto& packet : held_) held_rows_ += packet.rows();
    }

  private:
    void hold(Packet rest) {
        held_rows_ = rest.rows();
        held_.clear();
        if (held_rows_ > 0) held_.push_back(std::move(rest));
    }

    std::int64_t rows_;
    bool drop_last_;
    std::vector<Packet> held_;
    std::int64_t held_rows_ = 0;
};

}  // namespace

void add_batch(Registry& registry) {
    registry.add<Batch>();
}

}  // namespace anabranch::flow
