#include <doctest/doctest.h>
#include <plugins/flow/nodes.h>
#include <plugins/node_tools.h>

#include <algorithm>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

/// Numbers 0 to 99 in packets of `size` through a node; what it gives, packet by packet.
std::vector<std::vector<std::int64_t>> through(Add add, Given given, std::int64_t size = 7, std::uint64_t seed = 0) {
    auto node = harness(add, std::move(given), seed);
    std::vector<std::vector<std::int64_t>> all;
    const auto keep = [&](const std::vector<std::pair<std::string, Packet>>& packets) {
        for (const auto& [port, made] : packets) all.push_back(integers(made, "n"));
    };
    for (std::int64_t first = 0; first < 100; first += size) {
        std::vector<std::int64_t> numbers;
        for (std::int64_t n = first; n < std::min<std::int64_t>(first + size, 100); ++n) numbers.push_back(n);
        keep(node.run({{"in", packet({{"n", Array::of(numbers)}})}}));
    }
    keep(node.flush());
    return all;
}
std::vector<std::int64_t> joined(const std::vector<std::vector<std::int64_t>>& packets) {
    std::vector<std::int64_t> all;
    for (const auto& part : packets) all.insert(all.end(), part.begin(), part.end());
    return all;
}
std::vector<std::int64_t> sorted(std::vector<std::int64_t> numbers) {
    std::ranges::sort(numbers);
    return numbers;
}
const std::vector<std::int64_t> everything = [] {
    std::vector<std::int64_t> all;
    for (std::int64_t n = 0; n < 100; ++n) all.push_back(n);
    return all;
}();

}  // namespace

TEST_CASE("flow.take and flow.skip part a stream at a row; no packet is empty") {
    for (const std::int64_t rows : {1, 7, 50, 100, 1000}) {
        const auto taken = through(flow::add_take, {{"rows", rows}});
        const auto rest = through(flow::add_skip, {{"rows", rows}});
        auto all = joined(taken);
        CHECK(static_cast<std::int64_t>(all.size()) == std::min<std::int64_t>(rows, 100));
        const auto behind = joined(rest);
        all.insert(all.end(), behind.begin(), behind.end());
        CHECK(all == everything);
        for (const auto& part : taken) CHECK_FALSE(part.empty());
        for (const auto& part : rest) CHECK_FALSE(part.empty());
    }
    CHECK(harness(flow::add_take, {{"rows", std::int64_t{1}}}).spec().regroups_rows);
}

TEST_CASE("flow.shuffle gives each row once, in another order for another seed") {
    const Given small{{"buffer", std::int64_t{10}}, {"rows", std::int64_t{4}}};
    const auto packets = through(flow::add_shuffle, small);
    CHECK(sorted(joined(packets)) == everything);
    CHECK(joined(packets) != everything);
    CHECK(through(flow::add_shuffle, small) == packets);
    CHECK(through(flow::add_shuffle, small, 7, 1) != packets);
    CHECK(packets.back().size() == 2);  // 10 rows left, 4 to a packet
    // A row moves forward by the buffer at most.
    const auto all = joined(packets);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] <= static_cast<std::int64_t>(i) + 10);
    CHECK(sorted(joined(through(flow::add_shuffle, {{"buffer", std::int64_t{1000}}}))) == everything);
}

TEST_CASE("flow.split gives each row to one side") {
    for (const bool exact : {false, true}) {
        Given given{{"keep", "test"}, {"test_fraction", 0.3}, {"exact", exact}};
        const auto test = joined(through(flow::add_split, given));
        given.insert_or_assign("keep", "train");
        auto all = joined(through(flow::add_split, given));
        if (exact) CHECK(test.size() == 30);
        CHECK(test.size() > 15);
        CHECK((all == sorted(all)) == !exact);
        all.insert(all.end(), test.begin(), test.end());
        CHECK(sorted(all) == everything);
        given.insert_or_assign("seed", std::int64_t{1});
        given.insert_or_assign("keep", "test");
        CHECK(joined(through(flow::add_split, given)) != test);
    }
    // By number, whatever the packets.
    const Given given{{"keep", "test"}, {"test_fraction", 0.3}};
    CHECK(joined(through(flow::add_split, given, 3)) == joined(through(flow::add_split, given, 100)));
    CHECK(contains(
        error_of([] {
            return harness(flow::add_split, {{"keep", "test"}, {"exact", true}, {"by", std::vector<std::string>{"n"}}});
        }),
        "'exact' draws single rows"));
}

TEST_CASE("flow.repeat gives the stream again, packet by packet") {
    const auto packets = through(flow::add_repeat, {{"times", std::int64_t{3}}}, 30);
    REQUIRE(packets.size() == 12);
    for (std::size_t i = 0; i < 12; ++i) CHECK(packets[i] == packets[i % 4]);
    CHECK(joined({packets.begin(), packets.begin() + 4}) == everything);
}
