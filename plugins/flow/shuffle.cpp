#include <anabranch/node.h>
#include <plugins/common/rows.h>
#include <plugins/flow/nodes.h>
#include <plugins/flow/row_streams.h>

#include <algorithm>

namespace anabranch::flow {
namespace {

class Shuffle final : public Node {
  public:
    static Spec spec() {
        return Spec("flow.shuffle",
                    "Mixes the rows of a stream: holds some, and gives a random one of these for each that comes in.")
            .input("in", "", "rows in packets of any size; all packets have the same columns")
            .output("out", "*", "the same rows; once the buffer is full, as many to a packet as came in")
            .regroups()
            .parameter("buffer", 5000,
                       "rows held: as many as the stream has make a full shuffle. The order depends on the run's seed.",
                       at_least(1))
            .parameter("rows", 32, "rows in each packet of those that are left at the end", at_least(1))
            .example("train: {type: flow.shuffle, in: texts, buffer: 5000}");
    }
    explicit Shuffle(const Parameters& p)
        : shuffled_(p.get<std::uint64_t>("buffer")), rows_(p.get<std::size_t>("rows")) {}

    void process(Call& call) override {
        const auto draw = [&](std::int64_t below, std::uint64_t number) {
            return call.random().integer(0, below, number);
        };
        const Packet given = shuffled_.push(call.in(), draw);
        if (given.rows() > 0) call.emit().pass(given);
    }
    void flush(Call& call) override {
        auto order = call.random().fork("flush").permutation(static_cast<std::int64_t>(shuffled_.state().size()));
        const Packet given = shuffled_.flush(order);
        const auto rows = static_cast<std::int64_t>(rows_);
        for (std::int64_t first = 0; first < given.rows(); first += rows) {
            call.emit().pass(slice_rows(given, first, std::min(rows, given.rows() - first)));
        }
    }
    void save_state(State& state) const override {
        const auto& held = shuffled_.state();
        if (!held.empty()) state.set("held", concatenate_rows(held));
    }
    void load_state(const State& state) override {
        if (!state.has("held")) return;
        const Packet& all = state.packet("held");
        ShuffledRows::Rows held;
        for (std::int64_t row = 0; row < all.rows(); ++row) held.push_back(slice_rows(all, row, 1));
        shuffled_.restore(std::move(held));
    }

  private:
    ShuffledRows shuffled_;
    std::size_t rows_;
};

}  // namespace

void add_shuffle(Registry& registry) {
    registry.add<Shuffle>();
}

}  // namespace anabranch::flow
