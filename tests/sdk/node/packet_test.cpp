#include <anabranch/error.h>
#include <anabranch/packet.h>
#include <doctest/doctest.h>

using namespace anabranch;

namespace {

Packet sample() {
    PacketBuilder builder;
    builder.set("text", std::vector<std::string>{"a", "b"});
    builder.set("score", std::vector<float>{0.5F, 1.5F});
    builder.set("tokens", std::vector<std::vector<std::int64_t>>{{1, 2, 3}, {4}});
    return std::move(builder).build();
}

}  // namespace

TEST_CASE("a packet gives its columns by name and kind") {
    const Packet packet = sample();
    CHECK(packet.rows() == 2);
    CHECK(packet.columns().size() == 3);
    CHECK(packet.strings("text")[1] == "b");
    CHECK(packet.values<float>("score")[1] == 1.5F);
    CHECK(packet.ragged("tokens").row<std::int64_t>(0).size() == 3);
    CHECK(packet.find("none") == nullptr);
    CHECK(Packet().rows() == 0);
}

TEST_CASE("reading what a packet does not have names the column and what there is") {
    const Packet packet = sample();
    CHECK_THROWS_WITH_AS((void)packet.strings("response"),
                         "a packet has no column 'response' (it has: text, score, tokens)", Error);
    CHECK_THROWS_WITH_AS((void)Packet().array("x"), "a packet has no column 'x' (it has: none)", Error);
    CHECK_THROWS_WITH_AS((void)packet.strings("score"), "column 'score' is f32[2], not strings", Error);
    CHECK_THROWS_WITH_AS((void)packet.array("tokens"), "column 'tokens' is i64[2,~], not an array", Error);
    CHECK_THROWS_WITH_AS((void)packet.ragged("text"), "column 'text' is str[2], not ragged rows", Error);
    CHECK_THROWS_WITH_AS((void)packet.values<double>("score"), "an array of f32 was read as f64", Error);
}

TEST_CASE("columns of one packet have one row count and different names") {
    PacketBuilder uneven;
    uneven.set("a", std::vector<float>{1});
    uneven.set("b", std::vector<float>{1, 2});
    CHECK_THROWS_WITH_AS(std::move(uneven).build(), "columns of a packet differ in rows: 'a' has 1, 'b' has 2", Error);
    const Column column = Strings({"x"});
    CHECK_THROWS_WITH_AS(Packet({{"a", column}, {"a", column}}), "two columns of a packet are named 'a'", Error);
}

TEST_CASE("a builder replaces columns, passes them on without a copy, and lends arrays to write into") {
    const Packet packet = sample();
    PacketBuilder builder;
    builder.pass(packet);
    builder.set("text", std::vector<std::string>{"c", "d"});
    const auto zeros = builder.array<float>("reward", 2);
    CHECK(zeros[1] == 0);
    zeros[1] = 7;
    const Packet made = std::move(builder).build();
    CHECK(made.columns().size() == 4);
    CHECK(made.strings("text")[0] == "c");
    CHECK(made.values<float>("reward")[1] == 7);
    CHECK(made.values<float>("score").data() == packet.values<float>("score").data());
    CHECK(packet.strings("text")[0] == "a");
}

TEST_CASE("columns of booleans are built each way that other columns are") {
    PacketBuilder builder;
    builder.set("flat", std::vector<bool>{true, false});
    builder.set("ragged", std::vector<std::vector<bool>>{{true}, {false, true}});
    const std::span<bool> lent = builder.array<bool>("lent", 2);
    CHECK_FALSE(lent[1]);
    lent[1] = true;
    const Packet packet = std::move(builder).build();
    CHECK(packet.values<bool>("flat")[0]);
    CHECK_FALSE(packet.values<bool>("flat")[1]);
    CHECK(packet.ragged("ragged").row<bool>(1)[1]);
    CHECK_FALSE(packet.values<bool>("lent")[0]);
    CHECK(packet.values<bool>("lent")[1]);
}
