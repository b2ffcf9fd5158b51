#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace anabranch::lm {

/// Which two tokens become one, and which of all pairs goes first: a hash table that is filled once and then only read.
class MergeTable {
  public:
    static constexpr std::uint32_t never = ~std::uint32_t{0};

    struct Merge {
        std::uint32_t rank = never;  // lower goes first
        std::uint32_t id = 0;
    };

    /// Room for so many merges.
    explicit MergeTable(std::size_t merges)
        : entries_(std::bit_ceil(2 * merges + 2)),
          shift_(64U - static_cast<unsigned>(std::bit_width(entries_.size() - 1))) {}

    /// False when the pair is there already.
    bool add(std::uint32_t left, std::uint32_t right, Merge merge) {
        Entry& entry = entries_[place_of(pair_of(left, right))];
        if (entry.pair != empty) return false;
        entry = {pair_of(left, right), merge};
        return true;
    }

    /// A rank of `never` when the pair does not merge.
    [[nodiscard]] Merge find(std::uint32_t left, std::uint32_t right) const {
        return entries_[place_of(pair_of(left, right))].merge;
    }

  private:
    static constexpr std::uint64_t empty = ~std::uint64_t{0};  // ids are below 2^31

    struct Entry {
        std::uint64_t pair = empty;
        Merge merge;
    };

    static std::uint64_t pair_of(std::uint32_t left, std::uint32_t right) { return std::uint64_t{left} << 32 | right; }

    [[nodiscard]] std::size_t place_of(std::uint64_t pair) const {
        const std::uint64_t hash = (pair ^ pair >> 29) * 0x9E3779B97F4A7C15;
        auto place = static_cast<std::size_t>(hash >> shift_);
        while (entries_[place].pair != pair && entries_[place].pair != empty)
            place = (place + 1) & (entries_.size() - 1);
        return place;
    }

    std::vector<Entry> entries_;
    unsigned shift_;
};

}  // namespace anabranch::lm
