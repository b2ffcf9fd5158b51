#include <anabranch/random.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

using namespace anabranch;

// Known answers of the Random123 distribution (kat_vectors, "philox4x32 10"). There the counter has four words and the
// key two; here counter = {a low, a high, b low, b high} and key = {key low, key high}.
TEST_CASE("Philox 4x32-10 gives the published answers") {
    CHECK(Random(0).block(0, 0) == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    const auto ones = ~std::uint64_t{0};
    CHECK(Random(ones).block(ones, ones) ==
          std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(Random(0x299f31d0a4093822).block(0x85a308d3243f6a88, 0x0370734413198a2e) ==
          std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("forks are generators of their own") {
    const Random root(7);
    CHECK(root.fork("a").key() == Random(7).fork("a").key());
    const std::set<std::uint64_t> keys{
        root.key(),         root.fork("a").key(),      root.fork("b").key(),           root.fork(0).key(),
        root.fork(1).key(), Random(8).fork("a").key(), root.fork("a").fork("b").key(), root.fork("b").fork("a").key()};
    CHECK(keys.size() == 8);
}

TEST_CASE("uniform values lie in [0, 1) and have the right mean and spread") {
    const Random random(3);
    double sum = 0;
    double squares = 0;
    constexpr int count = 100000;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double value = random.uniform(i);
        REQUIRE(value >= 0);
        REQUIRE(value < 1);
        sum += value;
        squares += value * value;
    }
    const double mean = sum / count;
    CHECK(mean == doctest::Approx(0.5).epsilon(0.01));
    CHECK(squares / count - mean * mean == doctest::Approx(1.0 / 12).epsilon(0.02));
    CHECK(random.uniform(1, 2) != random.uniform(2, 1));
}

TEST_CASE("normal values have mean 0, variance 1 and the tails of a normal") {
    const Random random(11);
    double sum = 0;
    double squares = 0;
    int beyond_two = 0;
    constexpr int count = 100000;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double value = random.normal(i);
        REQUIRE(std::isfinite(value));
        sum += value;
        squares += value * value;
        beyond_two += std::abs(value) > 2 ? 1 : 0;
    }
    CHECK(std::abs(sum / count) < 0.015);
    CHECK(squares / count == doctest::Approx(1).epsilon(0.02));
    CHECK(beyond_two / double{count} == doctest::Approx(0.0455).epsilon(0.05));
}

TEST_CASE("integers cover their range evenly and never leave it") {
    const Random random(5);
    std::vector<int> counts(7, 0);
    for (std::uint64_t i = 0; i < 70000; ++i) {
        const auto value = random.integer(-3, 4, i);
        REQUIRE(value >= -3);
        REQUIRE(value < 4);
        ++counts[static_cast<std::size_t>(value + 3)];
    }
    for (const int count : counts) CHECK(count == doctest::Approx(10000).epsilon(0.05));
    CHECK(random.integer(9, 10, 4) == 9);
}

TEST_CASE("a permutation has every index once, and every order comes up") {
    const auto order = Random(2).permutation(100);
    auto sorted = order;
    std::ranges::sort(sorted);
    for (std::int64_t i = 0; i < 100; ++i) REQUIRE(sorted[static_cast<std::size_t>(i)] == i);
    CHECK(order != sorted);
    CHECK(order == Random(2).permutation(100));
    CHECK(order != Random(3).permutation(100));
    CHECK(Random(2).permutation(0).empty());
    CHECK(Random(2).permutation(1) == std::vector<std::int64_t>{0});
    std::set<std::vector<std::int64_t>> orders;
    for (std::uint64_t key = 0; key < 200; ++key) orders.insert(Random(key).permutation(4));
    CHECK(orders.size() == 24);
}
