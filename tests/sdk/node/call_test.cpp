#include <anabranch/call.h>
#include <doctest/doctest.h>

using namespace anabranch;

namespace {

struct Readable : Resource {
    int value = 3;
};
struct Other : Resource {};

Call make_call() {
    auto model = std::make_shared<Readable>();
    return Call({.sequence = 4,
                 .random = Random(9),
                 .inputs = {{"in", Packet({{"a", Strings({"x"})}})}},
                 .resources = {{"model", {model, nullptr}}, {"policy", {model, model}}}});
}

}  // namespace

TEST_CASE("a call gives its inputs and resources by name") {
    const Call call = make_call();
    CHECK(call.sequence() == 4);
    CHECK(call.random().key() == 9);
    CHECK(call.in().strings("a")[0] == "x");
    CHECK_THROWS_WITH_AS((void)call.in("other"), "the node has no input 'other'", Error);
    CHECK(call.read<Readable>("model").value == 3);
    call.write<Readable>("policy").value = 5;
    CHECK(call.read<Readable>("policy").value == 5);
    CHECK(call.has_resource("model"));
    CHECK_FALSE(call.has_resource("tokenizer"));
    CHECK_THROWS_WITH_AS((void)call.read<Readable>("tokenizer"), "the node was given no resource 'tokenizer'", Error);
    CHECK_THROWS_AS((void)call.read<Other>("model"), Error);
    CHECK_THROWS_AS((void)call.write<Readable>("model"), Error);  // lent for reading alone
}

TEST_CASE("out is one packet a port, emit one more each time; references stay valid") {
    Call call = make_call();
    PacketBuilder& first = call.out();
    for (int i = 0; i < 100; ++i) call.emit("many").set("i", std::vector<std::int64_t>{i});
    first.set("b", std::vector<float>{1});
    CHECK(&call.out() == &first);
    CHECK(call.emissions().size() == 101);
    CHECK(std::move(call.emissions().front().packet).build().values<float>("b")[0] == 1);
}

TEST_CASE("metrics keep the last value, lines all of them") {
    Call call = make_call();
    call.metric("a", 1);
    call.metric("a", 2);
    call.print("one");
    call.print("two");
    CHECK(call.metrics().at("a") == 2);
    CHECK(call.lines() == std::vector<std::string>{"one", "two"});
    CHECK_FALSE(call.ended());
    call.end_of_stream();
    CHECK(call.ended());
}
