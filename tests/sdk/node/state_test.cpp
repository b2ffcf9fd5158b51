#include <anabranch/state.h>
#include <doctest/doctest.h>
#include <support/error_of.h>

using namespace anabranch;
using anabranch::tests::error_of;

TEST_CASE("a state gives back what was set") {
    State state;
    state.set("step", std::int64_t{7});
    state.set("kl_coef", 0.2);
    state.set("site", std::string("beer"));
    state.set("moments", Column(Array::of(std::vector<float>{1, 2, 3, 4}, {2, 2})));
    state.set("buffer", Packet({{"text", Strings({"a", "b"})}}));
    CHECK(state.integer("step") == 7);
    CHECK(state.number("kl_coef") == 0.2);
    CHECK(state.text("site") == "beer");
    CHECK(state.array("moments").shape()[1] == 2);
    CHECK(state.packet("buffer").strings("text")[1] == "b");
    CHECK(state.packets().size() == 5);
    CHECK(state.has("step"));
    state.set("step", std::int64_t{8});
    CHECK(state.integer("step") == 8);
}

TEST_CASE("a state says which entry is absent or of another kind") {
    State state;
    state.set("step", std::int64_t{7});
    state.set("many", Column(Array::of(std::vector<std::int64_t>{1, 2})));
    CHECK_FALSE(state.has("cursor"));
    CHECK(error_of([&] { (void)state.integer("cursor"); }).find("no entry 'cursor'") != std::string::npos);
    CHECK(error_of([&] { (void)state.number("step"); }).find("entry 'step'") != std::string::npos);
    CHECK(error_of([&] { (void)state.text("step"); }).find("entry 'step'") != std::string::npos);
    CHECK(error_of([&] { (void)state.integer("many"); }).find("2 rows") != std::string::npos);
}
