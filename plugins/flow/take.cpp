#include <anabranch/node.h>
#include <plugins/flow/nodes.h>
#include <plugins/flow/row_streams.h>

namespace anabranch::flow {
namespace {

class Counted : public Node {
  public:
    Counted(const Parameters& p, CountedRows::Keep keep) : rows_(p.get<std::uint64_t>("rows"), keep) {}

    void process(Call& call) override {
        const Packet kept = rows_.push(call.in());
        if (kept.rows() > 0) call.emit().pass(kept);
    }
    void save_state(State& state) const override { state.set("seen", static_cast<std::int64_t>(rows_.state())); }
    void load_state(const State& state) override { rows_.restore(static_cast<std::uint64_t>(state.integer("seen"))); }

  private:
    CountedRows rows_;
};

class Take final : public Counted {
  public:
    static Spec spec() {
        return Spec("flow.take",
                    "Lets the first rows of a stream pass and drops the others. What comes before it still runs to the "
                    "stream's end: to read less of a file, use `take` of the source.")
            .input("in", "", "rows in packets of any size")
            .output("out", "*", "the first rows, in their packets; the last one is cut")
            .regroups()
            .required("rows", ParameterKind::integer, "rows that pass", at_least(1))
            .example("validation: {type: flow.take, in: texts, rows: 4000}");
    }
    explicit Take(const Parameters& p) : Counted(p, CountedRows::Keep::first) {}
};

class Skip final : public Counted {
  public:
    static Spec spec() {
        return Spec("flow.skip", "Drops the first rows of a stream and lets the others pass.")
            .input("in", "", "rows in packets of any size")
            .output("out", "*", "the other rows, in their packets; the first one is cut")
            .regroups()
            .required("rows", ParameterKind::integer, "rows that are dropped", at_least(1))
            .example("train: {type: flow.skip, in: texts, rows: 4000}");
    }
    explicit Skip(const Parameters& p) : Counted(p, CountedRows::Keep::rest) {}
};

}  // namespace

void add_take(Registry& registry) {
    registry.add<Take>();
}
void add_skip(Registry& registry) {
    registry.add<Skip>();
}

}  // namespace anabranch::flow
