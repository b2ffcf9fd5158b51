#include <anabranch/lm/json/json.h>
#include <doctest/doctest.h>
#include <plugins/common/rows.h>
#include <plugins/flow/row_streams.h>
#include <plugins/node_tools.h>

#include <numeric>

using namespace anabranch;
using namespace anabranch::tests;
using namespace anabranch::flow;

namespace {

using Numbers = std::vector<std::int64_t>;

Packet numbered(const Numbers& numbers) {
    return packet({{"n", Array::of(numbers)}});
}
Packet range(std::int64_t begin, std::int64_t end) {
    Numbers numbers(static_cast<std::size_t>(end - begin));
    std::iota(numbers.begin(), numbers.end(), begin);
    return numbered(numbers);
}
void append(Numbers& numbers, const Packet& packet) {
    if (packet.rows() == 0) return;
    const auto more = integers(packet, "n");
    numbers.insert(numbers.end(), more.begin(), more.end());
}
Numbers numbers_of(const lm::Json& list) {
    Numbers numbers;
    for (std::size_t i = 0; i < list.size(); ++i) numbers.push_back(list.at(i).integer());
    return numbers;
}

/// Rows 0 to `rows` through `stream`, in packets of `size`.
template <typename Stream>
Numbers through(Stream& stream, std::int64_t rows, std::int64_t size) {
    Numbers given;
    for (std::int64_t first = 0; first < rows; first += size) {
        append(given, stream.push(range(first, std::min(first + size, rows))));
    }
    return given;
}

lm::Json golden() {
    return lm::Json::read_file(std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/datasets.json");
}

}  // namespace

TEST_CASE("row streams: take, skip and shuffle make the recipe's streamed data sets") {
    INFO("recorded by tests/golden/record_datasets.py");
    const lm::Json cases = golden().at("streaming");
    REQUIRE(cases.size() == 4);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const lm::Json recorded = cases.at(i);
        const auto rows = recorded.at("rows").integer();
        const auto valid = recorded.at("size_valid_set").unsigned_integer();
        const Numbers draws = numbers_of(recorded.at("draws"));
        for (const std::int64_t size : {1, 7, 1000}) {
            CountedRows take(valid, CountedRows::Keep::first);
            CHECK(through(take, rows, size) == numbers_of(recorded.at("valid")));
            CountedRows skip(valid, CountedRows::Keep::rest);
            ShuffledRows shuffle(recorded.at("shuffle_buffer").unsigned_integer());
            std::size_t drawn = 0;
            Numbers train;
            for (std::int64_t first = 0; first < rows; first += size) {
                const Packet rest = skip.push(range(first, std::min(first + size, rows)));
                append(train, shuffle.push(rest, [&](std::int64_t, std::uint64_t) { return draws.at(drawn++); }));
            }
            CHECK(drawn == draws.size());
            append(train, shuffle.flush(numbers_of(recorded.at("last"))));
            CHECK(train == numbers_of(recorded.at("train")));
        }
    }
}

TEST_CASE("row streams: the recipe's split of a whole data set") {
    const lm::Json cases = golden().at("split");
    REQUIRE(cases.size() == 4);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const lm::Json recorded = cases.at(i);
        const auto sides = train_test_split(numbers_of(recorded.at("permutation")), recorded.at("test_size").number());
        CHECK(sides.train == numbers_of(recorded.at("train")));
        CHECK(sides.test == numbers_of(recorded.at("test")));
    }
    CHECK(train_test_split({}, 0.5).test.empty());
    const Numbers three{2, 0, 1};
    CHECK(train_test_split(three, 1).test == three);
    CHECK(train_test_split(three, 0).train == three);
}

TEST_CASE("row streams: go on from any state") {
    for (std::int64_t cut = 0; cut <= 20; ++cut) {
        const auto draw = [](std::int64_t below, std::uint64_t number) {
            return static_cast<std::int64_t>(number * 7 + 3) % below;
        };
        ShuffledRows whole(6), first(6), second(6);
        Numbers expected, found;
        append(expected, whole.push(range(0, cut), draw));
        append(expected, whole.push(range(cut, 20), draw));
        append(found, first.push(range(0, cut), draw));
        second.restore(first.state());
        append(found, second.push(range(cut, 20), draw));
        CHECK(found == expected);
        Numbers order(second.state().size());
        std::iota(order.begin(), order.end(), 0);
        CHECK(integers(second.flush(order), "n") == integers(whole.flush(order), "n"));

        CountedRows counted(9, CountedRows::Keep::rest), counted_on(9, CountedRows::Keep::rest);
        Numbers rest;
        append(rest, counted.push(range(0, cut)));
        counted_on.restore(counted.state());
        append(rest, counted_on.push(range(cut, 20)));
        CHECK(rest == integers(range(9, 20), "n"));

        const PartedRows::Options options{.test_fraction = 0.4, .by = {}, .seed = 3};
        PartedRows together(options, PartedRows::Side::test), a(options, PartedRows::Side::test),
            b(options, PartedRows::Side::test);
        Numbers parted;
        append(parted, a.push(range(0, cut)));
        b.restore(a.state());
        append(parted, b.push(range(cut, 20)));
        CHECK(parted == through(together, 20, 20));
    }
}

TEST_CASE("row streams: sides share no row, follow the fraction, and rows of one value stay together") {
    std::vector<std::string> sites;
    Numbers ids;
    for (std::int64_t i = 0; i < 4000; ++i) {
        sites.push_back(i % 2 == 0 ? "a" : "b");
        ids.push_back(i / 8);  // four rows of each question of each site
    }
    const Packet rows = packet({{"site", Strings(sites)}, {"id", Array::of(ids)}});
    for (const std::vector<std::string>& by : {std::vector<std::string>{}, {"site", "id"}}) {
        const PartedRows::Options options{.test_fraction = 0.25, .by = by};
        const auto train = PartedRows(options, PartedRows::Side::train).push(rows);
        const auto test = PartedRows(options, PartedRows::Side::test).push(rows);
        CHECK(train.rows() + test.rows() == 4000);
        CHECK(std::abs(test.rows() - 1000) < 200);
        if (by.empty()) continue;
        std::map<std::pair<std::string, std::int64_t>, int> counts;
        for (std::int64_t row = 0; row < test.rows(); ++row) {
            const auto at = static_cast<std::size_t>(row);
            ++counts[{test.strings("site")[at], test.values<std::int64_t>("id")[at]}];
        }
        for (const auto& [key, count] : counts) CHECK(count == 4);
        CHECK(counts.size() > 50);
    }
    CHECK(contains(error_of([&] { return PartedRows({.by = {"x"}}, PartedRows::Side::test).push(rows); }),
                   "there is no column 'x'"));
}
