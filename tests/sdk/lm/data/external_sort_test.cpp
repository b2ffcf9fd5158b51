#include "anabranch/lm/data/external_sort.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/random.h"

using namespace anabranch::lm;

namespace {

using Records = std::vector<std::pair<std::string, std::string>>;

/// Keys of one to three bytes, so that many are equal and some are the beginning of others.
Records random_records(std::size_t count, std::uint64_t seed) {
    const anabranch::Random random(seed);
    Records records;
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string key;
        for (std::int64_t c = 0; c < random.integer(1, 4, i, 0); ++c) {
            key += static_cast<char>(random.integer(0, 256, i, static_cast<std::uint64_t>(1 + c)));
        }
        const auto length = static_cast<std::size_t>(random.integer(0, 40, i, 9));
        records.emplace_back(key, std::to_string(i) + std::string(length, 'v'));
    }
    return records;
}

Records read_all(ExternalSort& sort) {
    Records records;
    std::string_view key, value;
    while (sort.next(key, value)) records.emplace_back(key, value);
    return records;
}

Records expected_of(Records records) {
    std::ranges::stable_sort(records, [](const auto& a, const auto& b) {
        return std::ranges::lexicographical_compare(a.first, b.first, [](char x, char y) {
            return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
        });
    });
    return records;
}

}  // namespace

TEST_CASE("external_sort: equals a stable sort in memory, however little memory it has") {
    for (const std::size_t count : {0U, 1U, 2U, 100U, 3000U}) {
        const Records records = random_records(count, count);
        const Records expected = expected_of(records);
        for (const SortOptions& options : {SortOptions{.memory_bytes = 1},
                                           {.memory_bytes = 3000, .fan_in = 2},
                                           {.memory_bytes = 20'000, .fan_in = 3},
                                           {.memory_bytes = 1'000'000}}) {
            CAPTURE(count);
            CAPTURE(options.memory_bytes);
            if (options.memory_bytes == 1 && count > 100) continue;
            ExternalSort sort(options);
            for (const auto& [key, value] : records) sort.add(key, value);
            sort.finish();
            CHECK(sort.records() == count);
            if (count == 3000) CHECK((sort.spilled_bytes() > 0) == (options.memory_bytes < 1'000'000));
            CHECK(read_all(sort) == expected);
            sort.rewind();
            CHECK(read_all(sort) == expected);
        }
    }
}

TEST_CASE("external_sort: a record larger than the memory") {
    ExternalSort sort({.memory_bytes = 1000});
    sort.add("b", std::string(100'000, 'x'));
    sort.add("a", "");
    sort.add("", "empty key");
    sort.finish();
    const Records records = read_all(sort);
    REQUIRE(records.size() == 3);
    CHECK(records[0].second == "empty key");
    CHECK(records[2].second == std::string(100'000, 'x'));
}

TEST_CASE("external_sort: numbers as keys stand in their order") {
    const std::vector<std::int64_t> numbers = {INT64_MIN, -256, -1, 0, 1, 255, 256, INT64_MAX};
    std::vector<std::string> keys;
    for (const auto number : numbers) append_key(keys.emplace_back(), number);
    CHECK(std::ranges::is_sorted(keys));
    std::string low, high;
    append_key(low, std::uint64_t{1});
    append_key(high, UINT64_MAX);
    CHECK(low < high);
}

TEST_CASE("external_sort: options and folders that do not work are explained") {
    CHECK_THROWS_AS(ExternalSort({.memory_bytes = 0}), anabranch::Error);
    CHECK_THROWS_AS(ExternalSort({.fan_in = 1}), anabranch::Error);
    ExternalSort sort({.memory_bytes = 10, .folder = "/nowhere"});
    sort.add("a", "long enough");
    CHECK_THROWS_WITH_AS(sort.finish(),
                         "/nowhere: a temporary file for sorting cannot be made: No such file or directory; name a "
                         "folder with more room as `temporary`",
                         anabranch::Error);
}
