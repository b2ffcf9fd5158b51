#include <anabranch/error.h>
#include <doctest/doctest.h>

using namespace anabranch;

TEST_CASE("context comes before an error's message, the outermost first") {
    const auto fail = [] {
        return with_context(
            [] { return "graph.yaml"; },
            [] { return with_context([] { return std::string("line 3"); }, []() -> int { throw Error("found 5"); }); });
    };
    CHECK_THROWS_WITH_AS(fail(), "graph.yaml: line 3: found 5", Error);
}

TEST_CASE("context is made only for errors, and a result passes through") {
    int made = 0;
    CHECK(with_context([&made] { return ++made, "context"; }, [] { return 7; }) == 7);
    CHECK(made == 0);
    CHECK_THROWS_WITH_AS(with_context([] { return "context"; }, [] { throw std::runtime_error("other"); }), "other",
                         std::runtime_error);
}

TEST_CASE("cat joins texts and numbers") {
    CHECK(cat("a", 1, '-', 2.5, std::string("b")) == "a1-2.5b");
}
