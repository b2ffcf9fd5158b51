#include <doctest/doctest.h>
#include <framework/graph/utf8.h>
#include <framework/report/packet_text.h>

using namespace anabranch;
using namespace anabranch::framework;

TEST_CASE("rows of a packet for a person: names and types aligned, a line a value, cut by characters") {
    const Packet packet({
        {"response", Strings({"first line\nsecond\tone \x1b[31m",
                              "caf\xC3\xA9 \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                              "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"})},
        {"score", Array::of(std::vector<float>{0.5F, -1})},
        {"grid", Array::of(std::vector<std::int32_t>{1, 2, 3, 4}, {2, 2})},
        {"ids", Ragged::of(std::vector<std::vector<std::int64_t>>{{}, {1, 2, 3, 40, 50, 60, 70, 80, 90, 100, 110}})},
    });
    CHECK(rows_text(packet, 9, 47) ==
          "  row 0\n"
          "  response  str     first line⏎second⇥one �[31m\n"
          "  score     f32     0.5\n"
          "  grid      i32[2]  [1, 2]\n"
          "  ids       i64[~]  []\n"
          "  row 1\n"
          "  response  str     café ééééééééééé\n"
          "  score     f32     -1\n"
          "  grid      i32[2]  [3, 4]\n"
          "  ids       i64[~]  [1, 2, 3, 40, … (11 values)\n");
    CHECK(rows_text(packet, 1, 47).ends_with("  ids       i64[~]  []\n  ... 1 more rows\n"));
    CHECK(rows_text(packet, 0, 47).empty());
    for (std::size_t width = 1; width < 30; ++width) {
        for (std::int64_t row = 0; row < 2; ++row) {
            CHECK(find_invalid_utf8(cell_text(packet.columns()[0], row, width)) == std::string_view::npos);
            CHECK(count_characters(cell_text(packet.columns()[0], row, width)) <= width);
        }
    }
    CHECK(cell_text(packet.columns()[0], 1, 8) == "café éé…");
}

TEST_CASE("a packet of one row needs no number; one without rows has none") {
    CHECK(rows_text(Packet({{"value", Array::of(std::vector<double>{0.1})}}), 3, 80) == "  value  f64  0.1\n");
    CHECK(rows_text(Packet({{"value", Strings({})}}), 3, 80).empty());
}
