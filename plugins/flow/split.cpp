#include <anabranch/node.h>
#include <plugins/common/packets.h>
#include <plugins/common/rows.h>
#include <plugins/flow/nodes.h>
#include <plugins/flow/row_streams.h>

#include <optional>
#include <string>
#include <vector>

namespace anabranch::flow {
namespace {

PartedRows::Side side_of(const Parameters& p) {
    return p.get<std::string>("keep") == "test" ? PartedRows::Side::test : PartedRows::Side::train;
}

class Split final : public Node {
  public:
    static Spec spec() {
        return Spec("flow.split",
                    "Parts rows in two, to train on and to test on, and gives one side. Two of them on one stream, "
                    "alike but for `keep`, give both: each row goes to one of them.")
            .input("in", "", "rows in packets of any size")
            .output("out", "*", "the rows of one side, in their order and packets; with `exact` in a random order")
            .regroups()
            .required("keep", ParameterKind::text, "the side that this node gives", one_of({"train", "test"}))
            .parameter("test_fraction", 0.005, "share of the rows that are for testing", between(0, 1))
            .parameter("by", std::vector<std::string>{},
                       "columns of texts or numbers that say which rows belong together: rows with the same values go "
                       "to the same side, in every graph. Empty: each row for itself, by its number in the stream.")
            .parameter("seed", 0, "another seed, other sides", at_least(0))
            .parameter("exact", false,
                       "ceil(test_fraction * rows) rows for testing, drawn from all of them, as train_test_split of "
                       "Hugging Face's datasets does. Holds the whole stream in memory.")
            .parameter("rows", 32, "exact: rows in each packet given", at_least(1))
            .refine([](const Parameters& p, Spec&) {
                if (p.get<bool>("exact") && !p.get<std::vector<std::string>>("by").empty()) {
                    throw Error("'exact' draws single rows; it goes without 'by'");
                }
            })
            .example(
                "held_out: {type: flow.split, in: pairs, keep: test, test_fraction: 0.01, by: [site, question_id]}");
    }
    explicit Split(const Parameters& p)
        : options_{.test_fraction = p.get<double>("test_fraction"),
                   .by = p.get<std::vector<std::string>>("by"),
                   .seed = p.get<std::uint64_t>("seed")},
          side_(side_of(p)),
          exact_(p.get<bool>("exact")),
          rows_(p.get<std::int64_t>("rows")),
          parted_(options_, side_) {}

    void process(Call& call) override {
        if (exact_) {
            if (call.in().rows() > 0) held_.push_back(call.in());
            return;
        }
        const Packet kept = parted_.push(call.in());
        if (kept.rows() > 0) call.emit().pass(kept);
    }
    void flush(Call& call) override {
        if (held_.empty()) return;
        const Packet all = concatenate_rows(held_);
        held_.clear();
        const auto sides =
            train_test_split(Random(options_.seed).fork("split").permutation(all.rows()), options_.test_fraction);
        const auto& kept = side_ == PartedRows::Side::test ? sides.test : sides.train;
        const std::span<const std::int64_t> numbers(kept);
        for (std::size_t first = 0; first < kept.size(); first += static_cast<std::size_t>(rows_)) {
            const auto count = std::min(static_cast<std::size_t>(rows_), kept.size() - first);
            call.emit().pass(select_rows(all, numbers.subspan(first, count)));
        }
    }
    void save_state(State& state) const override {
        state.set("seen", static_cast<std::int64_t>(parted_.state()));
        save_packets(state, "held", held_);
    }
    void load_state(const State& state) override {
        parted_.restore(static_cast<std::uint64_t>(state.integer("seen")));
        held_ = load_packets(state, "held");
    }

  private:
    PartedRows::Options options_;
    PartedRows::Side side_;
    bool exact_;
    std::int64_t rows_;
    PartedRows parted_;
    std::vector<Packet> held_;
};

}  // namespace

void add_split(Registry& registry) {
    registry.add<Split>();
}

}  // namespace anabranch::flow
