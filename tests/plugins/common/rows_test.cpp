#include <anabranch/json_text.h>
#include <doctest/doctest.h>
#include <plugins/common/rows.h>
#include <plugins/node_tools.h>

#include <array>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

Packet every_kind() {
    return packet({{"text", Strings({"a", "b", "c"})},
                   {"matrix", Array::of(std::vector<float>{1, 2, 3, 4, 5, 6}, {3, 2})},
                   {"flag", Array::of(std::vector<std::uint8_t>{7, 8, 9})},
                   {"ids", Ragged::of(std::vector<std::vector<std::int64_t>>{{1}, {}, {2, 3}})}});
}

std::vector<std::string> lines(const Packet& packet) {
    std::vector<std::string> out;
    for (std::int64_t row = 0; row < packet.rows(); ++row) out.push_back(json_row(packet, row));
    return out;
}

}  // namespace

TEST_CASE("rows: selected rows of every kind of column, in the order asked for") {
    const auto chosen = lines(select_rows(every_kind(), std::array<std::int64_t, 3>{2, 0, 1}));
    CHECK(chosen == std::vector<std::string>{R"({"text": "c", "matrix": [5, 6], "flag": 9, "ids": [2, 3]})",
                                             R"({"text": "a", "matrix": [1, 2], "flag": 7, "ids": [1]})",
                                             R"({"text": "b", "matrix": [3, 4], "flag": 8, "ids": []})"});
}

TEST_CASE("rows: slices put together again are the whole") {
    const std::array parts{slice_rows(every_kind(), 0, 1), slice_rows(every_kind(), 1, 0),
                           slice_rows(every_kind(), 1, 2)};
    CHECK(parts[1].rows() == 0);
    CHECK(lines(concatenate_rows(parts)) == lines(every_kind()));
}

TEST_CASE("rows: packets that do not fit together are an error that names the column") {
    const auto joined = [](Packet one, Packet other) {
        const std::array parts{std::move(one), std::move(other)};
        return error_of([&] { return concatenate_rows(parts); });
    };
    const Packet wide({{"x", Array::of(std::vector<float>{1, 2}, {1, 2})}});
    const Packet wider({{"x", Array::of(std::vector<float>{1, 2, 3}, {1, 3})}});
    CHECK(joined(wide, wider) ==
          "column 'x': packets that shall become one differ: f32[1,2] in one, f32[1,3] in another");
    CHECK(contains(joined(wide, texts("x", {"a"})), "f32[1,2] in one, str"));
    CHECK(contains(joined(wide, texts("y", {"a"})), "column 'x' is in one packet and not in the next"));
    CHECK(contains(joined(texts("x", {"a"}), packet({{"x", Strings({"b"})}, {"y", Strings({"c"})}})),
                   "differ in their columns"));
}
