#include "tokenizer/merge_word.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using anabranch::lm::merge_word;
using anabranch::lm::MergeTable;

namespace {

using Tokens = std::vector<std::uint32_t>;

// The definition: again and again, the leftmost pair of the lowest rank.
Tokens merged_by_definition(const MergeTable& merges, Tokens tokens) {
    for (;;) {
        MergeTable::Merge best;
        std::size_t place = 0;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            const MergeTable::Merge merge = merges.find(tokens[i], tokens[i + 1]);
            if (merge.rank < best.rank) {
                best = merge;
                place = i;
            }
        }
        if (best.rank == MergeTable::never) return tokens;
        tokens[place] = best.id;
        tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    }
}

// Merges over three letters, each of two tokens that exist already: ids are 0, 1, 2 and then 3 + rank.
MergeTable random_merges(std::mt19937& random, std::uint32_t count) {
    MergeTable merges(count);
    for (std::uint32_t rank = 0; rank < count; ++rank) {
        const auto known = 3 + rank;
        merges.add(static_cast<std::uint32_t>(random() % known), static_cast<std::uint32_t>(random() % known),
                   {rank, known});
    }
    return merges;
}

}  // namespace

TEST_CASE("merge word: short and long words are merged as the definition says") {
    std::mt19937 random(5);
    for (int round = 0; round < 300; ++round) {
        const MergeTable merges = random_merges(random, 1 + static_cast<std::uint32_t>(random() % 60));
        for (const std::size_t length : {1, 2, 3, 7, 47, 48, 49, 50, 90, 200}) {
            Tokens word;
            for (std::size_t i = 0; i < length; ++i) word.push_back(static_cast<std::uint32_t>(random() % 3));
            const Tokens expected = merged_by_definition(merges, word);
            CAPTURE(length);
            merge_word(merges, word);
            REQUIRE(word == expected);
        }
    }
}

TEST_CASE("merge word: a word of a million letters ends") {
    MergeTable merges(3);
    merges.add(0, 0, {0, 1});
    merges.add(1, 1, {1, 2});
    merges.add(2, 2, {2, 3});
    Tokens word(1'000'001, 0);
    merge_word(merges, word);
    CHECK(word.size() == 125'001);
    CHECK(word.front() == 3);
    CHECK(word.back() == 0);
}

TEST_CASE("merge table: pairs are told apart and kept once") {
    MergeTable merges(1000);
    for (std::uint32_t i = 0; i < 1000; ++i) CHECK(merges.add(i, i * 7, {i, i + 1}));
    CHECK_FALSE(merges.add(5, 35, {9, 9}));
    CHECK(merges.find(5, 35).rank == 5);
    CHECK(merges.find(5, 35).id == 6);
    CHECK(merges.find(35, 5).rank == MergeTable::never);
}
