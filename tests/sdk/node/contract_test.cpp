#include <anabranch/contract.h>
#include <doctest/doctest.h>

using namespace anabranch;

namespace {

using Inputs = std::map<std::string, Packet, std::less<>>;

Packet packet(const std::string& column, std::vector<float> values = {1, 2}) {
    PacketBuilder builder;
    builder.set(column, std::move(values));
    return std::move(builder).build();
}

Call call_with(Inputs inputs) {
    return Call({.sequence = 0, .random = Random(0), .inputs = std::move(inputs)});
}

Spec mapping() {
    return Spec("t.map", "Maps.").input("in", "a: f32[B]").output("out", "*, b: f32[B]");
}

}  // namespace

TEST_CASE("inputs are checked against the spec") {
    const Spec spec = mapping();
    CHECK_NOTHROW(check_inputs(spec, {{"in", packet("a")}}));
    CHECK_THROWS_WITH_AS(check_inputs(spec, {}), "input 'in' got no packet", Error);
    CHECK_THROWS_WITH_AS(check_inputs(spec, {{"in", packet("b")}}), "input 'in' has no column 'a' (a: f32[B])", Error);
    CHECK_THROWS_WITH_AS(check_inputs(spec, {{"in", packet("a")}, {"more", packet("a")}}),
                         "the node has no input 'more'", Error);
    PacketBuilder wrong;
    wrong.set("a", std::vector<double>{1});
    CHECK_THROWS_WITH_AS(check_inputs(spec, {{"in", std::move(wrong).build()}}),
                         "input 'in': column 'a' is f64[1], declared as a: f32[B]", Error);
}

TEST_CASE("inputs with names of the graph's choice are checked too") {
    Spec spec("t.sum", "Sums.");
    spec.any_number_of_inputs("a: f32[B]");
    CHECK_NOTHROW(check_inputs(spec, {{"x", packet("a")}, {"y", packet("a")}}));
    CHECK_THROWS_WITH_AS(check_inputs(spec, {{"x", packet("a")}, {"y", packet("b")}}),
                         "input 'y' has no column 'a' (a: f32[B])", Error);
}

TEST_CASE("columns pass to outputs with a star, and may be replaced") {
    Call call = call_with({{"in", packet("a", {7, 8})}});
    pass_columns(mapping(), call);
    call.out().set("b", std::vector<float>{3, 4});
    const auto given = take_outputs(mapping(), call, false);
    REQUIRE(given.size() == 1);
    CHECK(given[0].first == "out");
    CHECK(given[0].second.values<float>("a")[1] == 8);
    CHECK(given[0].second.values<float>("b")[1] == 4);
}

TEST_CASE("the first input in the spec's order is the one that passes on") {
    Spec spec("t.two", "Two inputs.");
    spec.input("second", "a: f32[B]").input("first", "a: f32[B]").output("out", "*").output("bare", "b: f32[B]");
    Call call = call_with({{"first", packet("a", {1})}, {"second", packet("a", {2})}});
    pass_columns(spec, call);
    call.out("bare").set("b", std::vector<float>{0});
    const auto given = take_outputs(spec, call, false);
    REQUIRE(given.size() == 2);
    CHECK(given[0].second.values<float>("a")[0] == 2);
    CHECK(given[1].second.find("a") == nullptr);
}

TEST_CASE("outputs are checked against the spec") {
    const auto problem = [](auto give) -> std::string {
        Call call = call_with({{"in", packet("a")}});
        pass_columns(mapping(), call);
        give(call);
        try {
            (void)take_outputs(mapping(), call, false);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    const auto right = [](Call& call) { call.out().set("b", std::vector<float>{3, 4}); };
    CHECK(problem(right) == "");
    CHECK(problem([](Call&) {}) == "output 'out' has no column 'b' (b: f32[B])");
    CHECK(problem([](Call& call) { call.out().set("b", std::vector<float>{1}); }) ==
          "columns of a packet differ in rows: 'a' has 2, 'b' has 1");
    CHECK(problem([&](Call& call) {
              right(call);
              call.out("log");
          }) == "the node gave a packet on 'log', which its spec does not declare");
    CHECK(problem([&](Call& call) {
              right(call);
              call.emit().set("b", std::vector<float>{1});
          }) == "output 'out' got 2 packets in one call, expected one");
}

TEST_CASE("a node that regroups gives any number, in order, and nothing passes by itself") {
    Spec spec("t.pack", "Packs.");
    spec.input("in", "a: f32[B]").output("out", "*, a: f32[B]").regroups();
    Call none = call_with({{"in", packet("a")}});
    pass_columns(spec, none);
    CHECK(take_outputs(spec, none, false).empty());
    Call two = call_with({{"in", packet("a")}});
    two.emit().set("a", std::vector<float>{1});
    two.emit().set("a", std::vector<float>{2});
    const auto given = take_outputs(spec, two, false);
    REQUIRE(given.size() == 2);
    CHECK(given[1].second.values<float>("a")[0] == 2);
}

TEST_CASE("a flush may give nothing") {
    Call call = call_with({});
    CHECK(take_outputs(mapping(), call, true).empty());
}
