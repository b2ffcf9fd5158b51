#include <doctest/doctest.h>
#include <plugins/data/row_stream.h>
#include <plugins/node_tools.h>

#include <numeric>
#include <set>

using namespace anabranch;
using namespace anabranch::tests;
using data::RowStreamOptions;

namespace {

using Rows = std::vector<int>;

/// The stream of 0, 1, .. size - 1.
data::RowStream<int> stream(int size, RowStreamOptions options) {
    return {[size] {
                return [size, next = 0](int& row) mutable {
                    row = next;
                    return next++ < size;
                };
            },
            options, "numbers"};
}

std::vector<Rows> batches(data::RowStream<int> rows, std::size_t most = 100, std::uint64_t seed = 0) {
    std::vector<Rows> all;
    for (std::size_t i = 0; i < most; ++i) {
        all.push_back(rows.next(Random(seed).fork(i)));
        if (all.back().empty()) {
            all.pop_back();
            break;
        }
    }
    return all;
}

Rows joined(const std::vector<Rows>& all) {
    Rows out;
    for (const auto& rows : all) out.insert(out.end(), rows.begin(), rows.end());
    return out;
}

}  // namespace

TEST_CASE("row_stream: batches, the last one short or left out") {
    CHECK(batches(stream(5, {.batch = 2})) == std::vector<Rows>{{0, 1}, {2, 3}, {4}});
    CHECK(batches(stream(5, {.batch = 2, .drop_last = true})) == std::vector<Rows>{{0, 1}, {2, 3}});
    CHECK(batches(stream(4, {.batch = 2})) == std::vector<Rows>{{0, 1}, {2, 3}});
}

TEST_CASE("row_stream: skip and take hold for every epoch; a batch crosses from one to the next") {
    CHECK(batches(stream(9, {.batch = 4, .skip = 2, .take = 3})) == std::vector<Rows>{{2, 3, 4}});
    CHECK(batches(stream(9, {.batch = 4, .skip = 2, .take = 3, .repeat = true}), 3) ==
          std::vector<Rows>{{2, 3, 4, 2}, {3, 4, 2, 3}, {4, 2, 3, 4}});
    CHECK(batches(stream(1, {.batch = 3, .repeat = true}), 1) == std::vector<Rows>{{0, 0, 0}});
}

TEST_CASE("row_stream: shuffling gives each row once an epoch, by the seed") {
    const RowStreamOptions options{.batch = 7, .repeat = true, .shuffle_buffer = 20};
    const Rows rows = joined(batches(stream(70, options), 20, 1));
    Rows sorted(70);
    std::iota(sorted.begin(), sorted.end(), 0);
    for (std::ptrdiff_t epoch = 0; epoch < 2; ++epoch) {
        Rows part(rows.begin() + 70 * epoch, rows.begin() + 70 * (epoch + 1));
        CHECK(part != sorted);
        std::ranges::sort(part);
        CHECK(part == sorted);
    }
    CHECK(Rows(rows.begin(), rows.begin() + 70) != Rows(rows.begin() + 70, rows.end()));
    CHECK(joined(batches(stream(70, options), 20, 1)) == rows);
    CHECK(joined(batches(stream(70, options), 20, 2)) != rows);
}

TEST_CASE("row_stream: the first row of a full shuffle may be any") {
    std::set<int> first;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        first.insert(batches(stream(4, {.batch = 1, .shuffle_buffer = 4}), 1, seed)[0][0]);
    }
    CHECK(first.size() == 4);
}

TEST_CASE("row_stream: nothing to give is an error") {
    CHECK(contains(error_of([] { return batches(stream(3, {.skip = 3})); }), "numbers: no rows are left; lower skip"));
    CHECK(contains(error_of([] { return batches(stream(0, {.repeat = true})); }), "no rows are left"));
    CHECK(contains(error_of([] { return batches(stream(3, {.batch = 4, .drop_last = true})); }),
                   "numbers: 3 rows do not fill a batch of 4"));
}
