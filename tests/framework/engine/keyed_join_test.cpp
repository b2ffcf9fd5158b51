#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <framework/engine/keyed_join.h>

using namespace anabranch;
using namespace anabranch::framework;

namespace {

/// A node 9 with inputs "a" from node 0 and "b" from node 1, feedback from node 2 with two credits, one call at a time.
NodeWiring wiring() {
    NodeWiring wiring;
    wiring.slots = {{.kind = Slot::Kind::data, .name = "a", .from = 0},
                    {.kind = Slot::Kind::data, .name = "b", .from = 1},
                    {.kind = Slot::Kind::feedback, .name = "out", .from = 2, .offset = 2},
                    {.kind = Slot::Kind::itself, .name = {}, .from = 9, .offset = 1}};
    return wiring;
}

Outcome given(std::size_t node, std::uint64_t number) {
    PacketBuilder builder;
    builder.set("from", std::vector<std::int64_t>{static_cast<std::int64_t>(node * 100 + number)});
    Outcome outcome;
    outcome.node = node;
    outcome.sequence = number;
    outcome.packets.push_back({0, number, std::move(builder).build()});
    return outcome;
}

Outcome ended(std::size_t node, std::uint64_t count) {
    Outcome outcome;
    outcome.node = node;
    outcome.ended = true;
    outcome.counts = {count};
    return outcome;
}

}  // namespace

TEST_CASE("a keyed join gives calls in sequence, whatever order their parts come in") {
    const NodeWiring slots = wiring();
    KeyedJoin join(9, slots);
    join.take(given(1, 1));
    join.take(given(0, 1));
    CHECK_FALSE(join.complete());
    join.take(given(0, 0));
    join.take(given(1, 0));
    REQUIRE(join.complete());
    const ReadyCall first = join.pop();
    CHECK(first.node == 9);
    CHECK(first.sequence == 0);
    CHECK(first.inputs.at("a").values<std::int64_t>("from")[0] == 0);
    CHECK(first.inputs.at("b").values<std::int64_t>("from")[0] == 100);
    CHECK_FALSE(join.complete());  // call 0 has not returned
    CHECK_FALSE(join.idle());
    join.take(given(9, 0));
    CHECK(join.idle());
    REQUIRE(join.complete());
    CHECK(join.pop().inputs.at("b").values<std::int64_t>("from")[0] == 101);
    CHECK(join.high_water() == std::vector<std::size_t>{2, 2, 0, 1});
}

TEST_CASE("a keyed join waits for feedback from the sequence that its credits name") {
    const NodeWiring slots = wiring();
    KeyedJoin join(9, slots);
    for (std::uint64_t i = 0; i < 3; ++i) {
        join.take(given(0, i));
        join.take(given(1, i));
        if (i < 2) {
            CHECK(join.complete());
            (void)join.pop();
            join.take(given(9, i));
        }
    }
    REQUIRE(join.missing().size() == 1);
    CHECK(join.missing()[0].slot->kind == Slot::Kind::feedback);
    CHECK(join.missing()[0].number == 0);
    CHECK_FALSE(join.missing()[0].ended);
    join.take(ended(2, 0));
    CHECK(join.missing()[0].ended == 0);
}

TEST_CASE("a keyed join knows the end of its streams, and that they must agree") {
    const NodeWiring slots = wiring();
    KeyedJoin join(9, slots);
    join.take(ended(0, 0));
    CHECK_FALSE(join.stream_over());
    SUBCASE("equal") {
        join.take(ended(1, 0));
        CHECK(join.stream_over());
    }
    SUBCASE("longer by a packet that is here") {
        join.take(given(1, 0));
        CHECK_THROWS_WITH_AS(
            (void)join.stream_over(),
            "input 'a' ended after 0 packets, but input 'b' has more; packets of both are joined one to one", Error);
    }
    SUBCASE("longer by a packet that was announced") {
        join.take(ended(1, 2));
        CHECK_THROWS_AS((void)join.stream_over(), Error);
    }
}

TEST_CASE("a packet that comes twice is an error") {
    const NodeWiring slots = wiring();
    KeyedJoin join(9, slots);
    join.take(given(0, 0));
    CHECK_THROWS_WITH_AS(join.take(given(0, 0)), "sequence 0 arrived twice", Error);
}
