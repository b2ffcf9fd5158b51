#include <anabranch/harness.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace anabranch;

namespace {

/// A node as a person would write it.
class LengthReward final : public Node {
  public:
    static Spec spec() {
        return Spec("reward.length", "Rewards an answer for being close to a number of characters.")
            .input("in", "response: str[B]")
            .output("out", "*, score: f32[B]")
            .parameter("characters", 3, "the length aimed at", at_least(1));
    }
    explicit LengthReward(const Parameters& parameters) : characters_(parameters.get<int>("characters")) {}
    void process(Call& call) override {
        const auto& responses = call.in().strings("response");
        const auto scores = call.out().array<float>("score", responses.size());
        for (std::size_t i = 0; i < responses.size(); ++i) {
            scores[i] = -std::abs(static_cast<float>(responses[i].size()) - static_cast<float>(characters_));
        }
        call.metric("rows", static_cast<double>(responses.size()));
    }

  private:
    int characters_;
};

/// Adds the rows of a whole stream to each packet's.
class Above final : public Node {
  public:
    static Spec spec() {
        return Spec("t.above", "Counts the rows of a stream that are above each value.")
            .input("in", "value: i64[B]")
            .side_input("others", "value: i64[N]")
            .may_side_input("more", "value: i64[N]")
            .output("out", "*, above: i64[B]");
    }
    explicit Above(const Parameters&) {}
    void process(Call& call) override {
        const auto values = call.in().values<std::int64_t>("value");
        const auto above = call.out().array<std::int64_t>("above", values.size());
        for (const char* side : {"others", "more"}) {
            if (!call.has_side(side)) continue;
            for (const Packet& packet : call.side(side)) {
                for (std::size_t i = 0; i < values.size(); ++i) {
                    above[i] += std::ranges::count_if(packet.values<std::int64_t>("value"),
                                                      [&](std::int64_t other) { return other > values[i]; });
                }
            }
        }
    }
};

Packet numbers(std::vector<std::int64_t> values) {
    PacketBuilder rows;
    rows.set("value", std::move(values));
    return std::move(rows).build();
}

struct Counter : Resource {
    int count = 0;
};

/// A source of as many packets as its parameter says; counts its calls in a resource.
class Countdown final : public Node {
  public:
    static Spec spec() {
        return Spec("t.countdown", "Counts down.")
            .output("out", "key: i64[B]")
            .parameter("packets", 2, "how many")
            .writes("counter", "counter", "counts calls");
    }
    explicit Countdown(const Parameters& parameters) : left_(parameters.get<int>("packets")) {}
    void process(Call& call) override {
        ++call.write<Counter>("counter").count;
        if (left_-- == 0) return call.end_of_stream();
        call.out().set("key", std::vector{static_cast<std::int64_t>(call.random().key() >> 1)});
    }

  private:
    int left_;
};

/// Holds a row back until the flush; its output depends on a parameter.
class Hold final : public Node {
  public:
    static Spec spec() {
        return Spec("t.hold", "Holds back.")
            .input("in", "a: f32[B]")
            .output("out", "a: f32[B]")
            .parameter("name", "a", "the output's column")
            .regroups()
            .refine([](const Parameters& parameters, Spec& spec) {
                spec.output("out", parameters.get<std::string>("name") + ": f32[B]");
            });
    }
    explicit Hold(const Parameters& parameters) : name_(parameters.get<std::string>("name")) {}
    void process(Call& call) override { held_ = call.in().values<float>("a")[0]; }
    void flush(Call& call) override { call.emit().set(name_, std::vector<float>{held_}); }

  private:
    std::string name_;
    float held_ = 0;
};

/// Adds up what it got, and remembers the sum.
class Running final : public Node {
  public:
    static Spec spec() {
        return Spec("t.running", "Adds up.")
            .input("in", "value: i64[B]")
            .output("sum", "sum: i64[1]")
            .output("noise", "noise: i64[1]")
            .parameter("from", 0, "what it begins with");
    }
    explicit Running(const Parameters& parameters) : sum_(parameters.get<std::int64_t>("from")) {}
    void process(Call& call) override {
        for (const auto value : call.in().values<std::int64_t>("value")) sum_ += value;
        call.out("sum").set("sum", std::vector{sum_});
        call.out("noise").set("noise", std::vector{static_cast<std::int64_t>(call.random().key() >> 1)});
        call.print(cat("sum ", sum_));
    }
    void save_state(State& state) const override { state.set("sum", sum_); }
    void load_state(const State& state) override { sum_ = state.integer("sum"); }

  private:
    std::int64_t sum_;
};

Packet responses(std::vector<std::string> rows) {
    PacketBuilder builder;
    builder.set("response", std::move(rows));
    return std::move(builder).build();
}

}  // namespace

ANABRANCH_PLUGIN(Running)

TEST_CASE("a node goes on from its saved state with the same numbers, and is refused another's state") {
    Harness harness = Harness::of<Running>({{"from", 10}}, 7);
    static_cast<void>(harness.run({{"in", numbers({1, 2})}}));
    CHECK(harness.lines() == std::vector<std::string>{"sum 13"});
    const State saved = harness.save();
    Harness resumed = harness.resume(saved);
    const auto on = harness.run({{"in", numbers({4})}});
    const auto again = resumed.run({{"in", numbers({4})}});
    REQUIRE(on.size() == 2);
    REQUIRE(again.size() == 2);
    CHECK(on[0].first == "sum");
    CHECK(on[0].second.values<std::int64_t>("sum")[0] == 17);
    CHECK(again[0].second.values<std::int64_t>("sum")[0] == 17);
    CHECK(again[1].second.values<std::int64_t>("noise")[0] == on[1].second.values<std::int64_t>("noise")[0]);
    CHECK_THROWS_WITH_AS(static_cast<void>(harness.resume(State())), "the saved state has no entry 'sum'", Error);
}

TEST_CASE("the harness runs a node of the plugin that is linked") {
    Harness harness = Harness::of_plugin("t.running");
    CHECK(harness.run({{"in", numbers({5})}})[0].second.values<std::int64_t>("sum")[0] == 5);
    CHECK_THROWS_WITH_AS(static_cast<void>(Harness::of_plugin("t.runing")),
                         "the plugin has no node type 't.runing'; it has: t.running", Error);
}

TEST_CASE("the harness runs a node as an engine would") {
    Harness harness = Harness::of<LengthReward>({{"characters", std::int64_t{4}}});
    const Packet out = harness.run(responses({"four", "longer"}));
    CHECK(out.values<float>("score")[0] == 0);
    CHECK(out.values<float>("score")[1] == -2);
    CHECK(out.strings("response")[1] == "longer");
    CHECK(harness.metrics().at("rows") == 2);
    CHECK(harness.run(responses({})).rows() == 0);
    CHECK_THROWS_WITH_AS(Harness::of<LengthReward>({{"characters", std::int64_t{0}}}),
                         doctest::Contains("parameter 'characters' is 0"), Error);
    CHECK_THROWS_AS(harness.run(Packet()), Error);
}

TEST_CASE("the harness lends resources, counts sequences, and sees a source end") {
    const auto counter = std::make_shared<Counter>();
    const auto keys = [&counter](std::uint64_t seed) {
        Harness harness = Harness::of<Countdown>({}, seed);
        harness.lend("counter", counter);
        std::vector<std::int64_t> keys;
        for (auto given = harness.run(); !given.empty(); given = harness.run()) {
            keys.push_back(given[0].second.values<std::int64_t>("key")[0]);
        }
        return keys;
    };
    const auto first = keys(1);
    REQUIRE(first.size() == 2);
    CHECK(counter->count == 3);
    CHECK(first[0] != first[1]);
    CHECK(keys(1) == first);
    CHECK(keys(2) != first);
    Harness without = Harness::of<Countdown>();
    CHECK_THROWS_WITH_AS(without.run(), "the node was given no resource 'counter'", Error);
}

TEST_CASE("the harness flushes, and holds a node to its refined spec") {
    Harness harness = Harness::of<Hold>({{"name", std::string("b")}});
    CHECK(harness.spec().outputs.front().type.text() == "b: f32[B]");
    PacketBuilder builder;
    builder.set("a", std::vector<float>{5});
    CHECK(harness.run({{"in", std::move(builder).build()}}).empty());
    const auto given = harness.flush();
    REQUIRE(given.size() == 1);
    CHECK(given[0].second.values<float>("b")[0] == 5);
}

TEST_CASE("the harness gives side inputs their streams and holds them against the spec") {
    Harness harness = Harness::of<Above>();
    CHECK_THROWS_WITH_AS(static_cast<void>(harness.run(numbers({1}))), "side input 'others' got no stream", Error);
    harness.side("others", {numbers({1, 2, 3}), numbers({}), numbers({9})});
    const auto above = [&harness](std::vector<std::int64_t> values) {
        const Packet out = harness.run(numbers(std::move(values)));
        const auto found = out.values<std::int64_t>("above");
        return std::vector<std::int64_t>(found.begin(), found.end());
    };
    CHECK(above({0, 2, 9}) == std::vector<std::int64_t>{4, 2, 0});
    CHECK(above({8}) == std::vector<std::int64_t>{1});  // still there
    CHECK_THROWS_WITH_AS(harness.side("more", {}), "side input 'more' is given after the first call", Error);
}

TEST_CASE("a side stream of other columns is refused with its packet") {
    Harness harness = Harness::of<Above>();
    PacketBuilder texts;
    texts.set("value", std::vector<std::string>{"one"});
    harness.side("others", {numbers({1}), std::move(texts).build()});
    CHECK_THROWS_WITH_AS(static_cast<void>(harness.run(numbers({1}))),
                         "packet 1 of side input 'others': column 'value' is str[1], declared as value: i64[N]", Error);
}
