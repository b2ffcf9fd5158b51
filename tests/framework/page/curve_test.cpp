#include <doctest/doctest.h>
#include <framework/page/chart.h>

#include <cmath>

using namespace anabranch::framework;

TEST_CASE("ticks are round numbers within the range") {
    CHECK(nice_ticks(0, 10, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
    CHECK(nice_ticks(-0.3, 0.55, 4) == std::vector<double>{0, 0.5});
    CHECK(nice_ticks(1, 20, 5) == std::vector<double>{5, 10, 15, 20});
    CHECK(nice_ticks(3, 3, 4) == std::vector<double>{3});
    for (const double tick : nice_ticks(1e-6, 9e-6, 4)) CHECK((tick >= 1e-6 && tick <= 9e-6));
}

TEST_CASE(
    "a curve has the values themselves while there is room, then means with their range; no numbers are left out") {
    Series series{"x", "", {{1, 2}, {2, std::nan("")}, {3, 4}, {4, 8}, {5, 0}}};
    const auto all = curve_of(series, 10);
    REQUIRE(all.size() == 4);
    CHECK(all[1].step == 3);
    CHECK(all[1].mean == 4);
    const auto two = curve_of(series, 2);
    REQUIRE(two.size() == 2);
    CHECK(two[0].step == 2);
    CHECK(two[0].mean == 3);
    CHECK(two[1].mean == 4);
    CHECK(two[1].low == 0);
    CHECK(two[1].high == 8);
    CHECK(curve_of(Series{}, 5).empty());
}

TEST_CASE("smoothing keeps a straight line straight, to both ends, and leaves short curves alone") {
    Series series{"x", "", {}};
    for (std::uint64_t step = 1; step <= 100; ++step) series.values[step] = static_cast<double>(step);
    const auto curve = curve_of(series, 600);
    CHECK(smoothing_window(19) == 1);
    CHECK(smoothing_window(100) == 7);
    const auto means = smoothed(curve, 7);
    for (std::size_t i = 0; i < means.size(); ++i) CHECK(means[i] == doctest::Approx(curve[i].mean).epsilon(1e-12));
}

TEST_CASE("a chart of one value, of equal values and of none is whole") {
    for (const auto& values : {std::map<std::uint64_t, double>{{7, 1.5}}, {{1, 2}, {2, 2}}, {{1, -0.0}, {2, 0}}}) {
        const std::string svg = chart({"x", "", values}, "label");
        CHECK(svg.starts_with("<svg "));
        CHECK(svg.find("nan") == std::string::npos);
        CHECK(svg.find("inf") == std::string::npos);
    }
    CHECK(chart({"x", "", {{1, std::nan("")}}}, "label").find("no numbers") != std::string::npos);
}
