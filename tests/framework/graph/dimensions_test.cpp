#include <doctest/doctest.h>
#include <framework/graph/dimensions.h>

namespace anabranch::framework {

TEST_CASE("flexible lengths become what they meet, rigid ones equal themselves alone") {
    using Kind = Dimensions::Kind;
    Dimensions lengths;
    const auto rows = lengths.make(Kind::rigid);
    const auto others = lengths.make(Kind::rigid);
    const auto width = lengths.make(Kind::flexible);
    const auto unknown = lengths.make(Kind::unknown);
    CHECK(lengths.unify(rows, rows));
    CHECK_FALSE(lengths.unify(rows, others));
    CHECK(lengths.unify(width, rows));
    CHECK(lengths.unify(rows, width));
    CHECK_FALSE(lengths.unify(width, others));
    CHECK(lengths.unify(unknown, rows));
    CHECK(lengths.unify(others, unknown));
    CHECK_FALSE(lengths.unify(rows, others));
}

TEST_CASE("numbers equal the same number") {
    using Kind = Dimensions::Kind;
    Dimensions lengths;
    const auto flexible = lengths.make(Kind::flexible);
    CHECK(lengths.unify(flexible, lengths.make(Kind::constant, "512")));
    CHECK(lengths.value(flexible) == "512");
    CHECK(lengths.unify(lengths.make(Kind::constant, "512"), flexible));
    CHECK_FALSE(lengths.unify(lengths.make(Kind::constant, "256"), flexible));
    CHECK_FALSE(lengths.unify(lengths.make(Kind::rigid), flexible));
}

}  // namespace anabranch::framework
